#include "headrace/pipeline/epoch_order.h"

#include <bit>

#include "headrace/base/keyed_random.h"

namespace headrace {
namespace {

// SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014; constants of Stafford's variant 13).
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

EpochOrder::EpochOrder(int64_t size, uint64_t seed, int64_t epoch, bool shuffle)
    : size_(static_cast<uint64_t>(size)), shuffle_(shuffle) {
  const int bits = std::bit_width(size_ - 1);
  low_bits_ = (bits + 1) / 2;
  low_mask_ = (uint64_t{1} << low_bits_) - 1;
  high_mask_ = (uint64_t{1} << (bits - low_bits_)) - 1;
  KeyedRandom random({seed, static_cast<uint64_t>(epoch), 0}, RandomPurpose::kEpochOrder);
  for (uint64_t& key : keys_) {
    key = random.next_u32();
    key = key << 32 | random.next_u32();
  }
}

uint64_t EpochOrder::permute(uint64_t value) const {
  uint64_t low = value & low_mask_;
  uint64_t high = value >> low_bits_;
  for (int round = 0; round < kRounds; round += 2) {
    low ^= mix(high + keys_[round]) & low_mask_;
    high ^= mix(low + keys_[round + 1]) & high_mask_;
  }
  return high << low_bits_ | low;
}

int64_t EpochOrder::operator[](int64_t position) const {
  if (!shuffle_) return position;
  uint64_t value = static_cast<uint64_t>(position);
  do value = permute(value);
  while (value >= size_);
  return static_cast<int64_t>(value);
}

}  // namespace headrace
