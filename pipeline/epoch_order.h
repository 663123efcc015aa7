// The order in which an epoch visits the records: a permutation as a function, not a table.
#pragma once

#include <array>
#include <cstdint>

namespace headrace {

// A permutation of {0, ..., size - 1} that depends on (seed, epoch) only. Any position is answered
// at once and nothing is stored, so resuming in the middle of an epoch of a billion records costs
// what resuming at its start does.
//
// It is a Feistel network over the smallest power of two not below `size`, walked until it lands
// inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002): two steps on
// average at the worst. Round keys come from KeyedRandom.
//
// Threads: const methods may be called from many threads.
class EpochOrder {
 public:
  // size >= 1. Without `shuffle` the order is the data set's own.
  EpochOrder(int64_t size, uint64_t seed, int64_t epoch, bool shuffle);

  // The record at `position` (0 <= position < size).
  int64_t operator[](int64_t position) const;

 private:
  static constexpr int kRounds = 8;

  uint64_t permute(uint64_t value) const;

  uint64_t size_;
  bool shuffle_;
  int low_bits_ = 0;
  uint64_t low_mask_ = 0;
  uint64_t high_mask_ = 0;
  std::array<uint64_t, kRounds> keys_{};
};

}  // namespace headrace
