// Random numbers that depend on what they are for and on nothing else.
//
// A draw is a function of (seed, epoch, record, purpose, how many were drawn before), so a sample's
// augmentation is the same whichever thread makes it, in whatever order. The generator is
// Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011).
#pragma once

#include <array>
#include <cstdint>

namespace headrace {

// What a stream of draws is for. Values are part of the batches a seed gives: add, never renumber.
enum class RandomPurpose : uint32_t {
  kEpochOrder = 1,
  kCrop = 2,
  kFlip = 3,
  kReplacement = 4,
  kOwn = 1U << 16,  // this and greater ones are never headrace's: for programs that use it
};

struct RandomKey {
  uint64_t seed = 0;
  uint64_t epoch = 0;
  uint64_t record = 0;  // id of the record in the data set
};

// Philox4x32-10: 128 bits of counter and 64 of key to 128 random bits.
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// Threads: one at a time; make one per sample and purpose, it is four words.
class KeyedRandom {
 public:
  KeyedRandom(const RandomKey& key, RandomPurpose purpose);

  uint32_t next_u32();
  // Uniform in [0, 1) with 53 bits.
  double uniform();
  // Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in {0, ..., bound - 1} without bias (Lemire 2019); bound > 0.
  uint32_t below(uint32_t bound);

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;  // word 0 counts blocks
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace headrace
