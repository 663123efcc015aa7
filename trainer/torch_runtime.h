// Settings of the whole process, for files that do not see torch.
#pragma once

#include <cstdint>

namespace headrace {

// Threads of torch's operations. Before the first of them runs.
void set_model_threads(int threads);

// Seeds torch's default generator, from which weights are drawn.
void seed_weights(uint64_t seed);

// Lets malloc keep what a step frees. By default glibc gives large activations back to the kernel
// at every step and gets them again, page by page, at the next: keeping them was measured at 10 %
// more images a second (ResNet-50, batch 32, bf16, 2 cores). For programs, at their start; memory
// that was once used stays with the process.
void tune_allocator();

}  // namespace headrace
