// Settings of the whole process, for files that do not see torch.
#pragma once

#include <cstdint>

namespace headrace {

// To be called before torch's first operation; run_profile() and ProcessGroup::connect() do. Calls
// after the first do nothing. It keeps torch from two things:
//
// Instructions that would kill the process. Some virtual machines advertise AMX but hide the sizes
// of its tiles (CPUID leaf 0x1D); oneDNN then sets up none, and its first bfloat16 convolution ends
// in SIGILL. There ONEDNN_MAX_CPU_ISA is set to AVX512_CORE_FP16, unless it is set already.
//
// Printing the errors that we return, with stack traces, unless TORCH_CPP_LOG_LEVEL is set.
void prepare_torch();

// Threads of torch's operations.
void set_model_threads(int threads);

// Seeds torch's default generator, from which weights are drawn.
void seed_weights(uint64_t seed);

// Gives freed memory back to the system, also what tune_allocator() keeps.
void give_back_memory();

// Lets malloc keep what a step frees. By default glibc gives large activations back to the kernel
// at every step and gets them again, page by page, at the next: keeping them was measured at 10 %
// more images a second (ResNet-50, batch 32, bf16, 2 cores). For programs, at their start; memory
// that was once used stays with the process.
void tune_allocator();

}  // namespace headrace
