#include "headrace/trainer/torch_runtime.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <climits>
#include <cstdlib>

namespace headrace {

void set_model_threads(int threads) {
  at::set_num_threads(threads);
}

void seed_weights(uint64_t seed) {
  at::manual_seed(seed);
}

void tune_allocator() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

}  // namespace headrace
