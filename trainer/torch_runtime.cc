#include "headrace/trainer/torch_runtime.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Flags.h>
#include <malloc.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <climits>
#include <cstdlib>

C10_DECLARE_int(caffe2_log_level);

namespace headrace {
namespace {

// Intel's "Architecture Instruction Set Extensions Programming Reference" (319433), CPUID: leaf 7
// has AMX-TILE in EDX bit 24; leaf 0x1D, subleaf 1, the sizes of a tile, none of which can be 0.
bool amx_is_broken() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d >> 24 & 1) == 0) return false;
  return __get_cpuid_count(0x1D, 1, &a, &b, &c, &d) == 0 || a == 0;
#else
  return false;
#endif
}

}  // namespace

void prepare_torch() {
  static const bool prepared = [] {
    if (amx_is_broken()) setenv("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16", /*overwrite=*/0);
    constexpr int kFatal = 3;  // glog's levels, as c10's logging has them
    if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = kFatal;
    return true;
  }();
  (void)prepared;
}

void set_model_threads(int threads) {
  at::set_num_threads(threads);
}

void seed_weights(uint64_t seed) {
  at::manual_seed(seed);
}

void give_back_memory() {
  malloc_trim(0);
}

void tune_allocator() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

}  // namespace headrace
