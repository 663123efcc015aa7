// A permutation as a function, not a table.
#pragma once

#include <array>
#include <cstdint>

namespace headrace {

// A permutation of {0, ..., size - 1} decided by its keys. Any place is answered at once and
// nothing is stored.
//
// It is a Feistel network over the smallest power of two not below `size`, walked until it lands
// inside (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002): two steps on
// average at the worst.
//
// Threads: const methods may be called from many threads.
class Permutation {
 public:
  static constexpr int kRounds = 8;
  using Keys = std::array<uint64_t, kRounds>;

  // size >= 1.
  Permutation(uint64_t size, const Keys& keys);

  uint64_t operator[](uint64_t place) const;
  // The place that operator[] maps to `value`.
  uint64_t inverse(uint64_t value) const;

  // SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014; constants of Stafford's variant 13).
  static uint64_t mix(uint64_t x);

 private:
  uint64_t forth(uint64_t value) const;
  uint64_t back(uint64_t value) const;

  uint64_t size_;
  int low_bits_;
  uint64_t low_mask_;
  uint64_t high_mask_;
  Keys keys_;
};

}  // namespace headrace
