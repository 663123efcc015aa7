#include "headrace/pipeline/permutation.h"

#include <bit>

namespace headrace {

uint64_t Permutation::mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

Permutation::Permutation(uint64_t size, const Keys& keys) : size_(size), keys_(keys) {
  const int bits = std::bit_width(size_ - 1);
  low_bits_ = (bits + 1) / 2;
  low_mask_ = (uint64_t{1} << low_bits_) - 1;
  high_mask_ = (uint64_t{1} << (bits - low_bits_)) - 1;
}

uint64_t Permutation::forth(uint64_t value) const {
  uint64_t low = value & low_mask_;
  uint64_t high = value >> low_bits_;
  for (int round = 0; round < kRounds; round += 2) {
    low ^= mix(high + keys_[round]) & low_mask_;
    high ^= mix(low + keys_[round + 1]) & high_mask_;
  }
  return high << low_bits_ | low;
}

uint64_t Permutation::back(uint64_t value) const {
  uint64_t low = value & low_mask_;
  uint64_t high = value >> low_bits_;
  for (int round = kRounds; round > 0; round -= 2) {
    high ^= mix(low + keys_[round - 1]) & high_mask_;
    low ^= mix(high + keys_[round - 2]) & low_mask_;
  }
  return high << low_bits_ | low;
}

uint64_t Permutation::operator[](uint64_t place) const {
  do place = forth(place);
  while (place >= size_);
  return place;
}

uint64_t Permutation::inverse(uint64_t value) const {
  do value = back(value);
  while (value >= size_);
  return value;
}

}  // namespace headrace
