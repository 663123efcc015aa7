// Settings of the whole process, for files that do not see torch.
#pragma once

#include <cstdint>

namespace headrace {

// To be called before torch's first operation: sets the threads of its operations, and keeps it
// from instructions that would kill the process. (Some virtual machines advertise AMX but hide the
// sizes of its tiles, CPUID leaf 0x1D; oneDNN then sets up none and the first bfloat16 convolution
// ends in SIGILL. There ONEDNN_MAX_CPU_ISA is set to AVX512_CORE_FP16, unless it has been set
// before.) May be called again to change the threads.
void prepare_torch(int threads);

// Seeds torch's default generator, from which weights are drawn.
void seed_weights(uint64_t seed);

// Lets malloc keep what a step frees. By default glibc gives large activations back to the kernel
// at every step and gets them again, page by page, at the next: keeping them was measured at 10 %
// more images a second (ResNet-50, batch 32, bf16, 2 cores). For programs, at their start; memory
// that was once used stays with the process.
void tune_allocator();

}  // namespace headrace
