#include "headrace/pipeline/epoch_order.h"

#include <algorithm>
#include <cstdlib>

#include "headrace/base/keyed_random.h"

namespace headrace {

EpochOrder::EpochOrder(int64_t size, uint64_t seed, int64_t epoch, bool shuffle, int64_t block)
    : size_(static_cast<uint64_t>(size)), shuffle_(shuffle), block_(static_cast<uint64_t>(block)) {
  KeyedRandom random({seed, static_cast<uint64_t>(epoch), 0}, RandomPurpose::kEpochOrder);
  for (uint64_t& key : keys_) {
    key = random.next_u32();
    key = key << 32 | random.next_u32();
  }
  const uint64_t whole_blocks = block_ == 0 ? 0 : size_ / block_;
  const uint64_t permuted = block_ == 0 ? size_ : whole_blocks;
  if (permuted > 0) permutation_.emplace(permuted, keys_);
  if (block_ != 0) {
    short_block_at_ =
        static_cast<uint64_t>(random.uniform() * static_cast<double>(whole_blocks + 1));
  }
}

// Positions are mixed within windows; each has keys of its own.
Permutation EpochOrder::window(uint64_t number) const {
  Permutation::Keys keys = keys_;
  for (uint64_t& key : keys) key = Permutation::mix(key + number);
  const uint64_t length = block_ * kBlocksAtOnce;
  return Permutation(std::min(length, size_ - number * length), keys);
}

int64_t EpochOrder::operator[](int64_t position) const {
  auto place = static_cast<uint64_t>(position);
  if (!shuffle_) return position;
  if (block_ == 0) return static_cast<int64_t>((*permutation_)[place]);

  const uint64_t length = block_ * kBlocksAtOnce;
  const uint64_t number = place / length;
  place = number * length + window(number)[place - number * length];
  // Now `place` counts records, block after block in the blocks' order.
  const uint64_t rest = size_ % block_;
  const uint64_t short_begin = short_block_at_ * block_;
  if (place >= short_begin && place < short_begin + rest) {
    return static_cast<int64_t>(size_ - rest + (place - short_begin));
  }
  if (place >= short_begin) place -= rest;
  return static_cast<int64_t>((*permutation_)[place / block_] * block_ + place % block_);
}

int64_t EpochOrder::position_of(int64_t record) const {
  const auto id = static_cast<uint64_t>(record);
  if (!shuffle_) return record;
  if (block_ == 0) return static_cast<int64_t>(permutation_->inverse(id));

  const uint64_t rest = size_ % block_;
  const uint64_t short_begin = short_block_at_ * block_;
  uint64_t place = 0;
  if (id >= size_ - rest) {
    place = short_begin + (id - (size_ - rest));
  } else {
    place = permutation_->inverse(id / block_) * block_ + id % block_;
    if (place >= short_begin) place += rest;
  }
  const uint64_t length = block_ * kBlocksAtOnce;
  const uint64_t number = place / length;
  return static_cast<int64_t>(number * length + window(number).inverse(place - number * length));
}

double shuffle_distance(const EpochOrder& order, int64_t size) {
  constexpr int64_t kLookedAt = 4096;
  if (size < 2) return 0;
  const int64_t step = std::max<int64_t>((size - 1) / kLookedAt, 1);
  double sum = 0;
  int64_t count = 0;
  for (int64_t record = 0; record + 1 < size; record += step, ++count) {
    sum += static_cast<double>(std::abs(order.position_of(record) - order.position_of(record + 1)));
  }
  return sum / static_cast<double>(count) / (static_cast<double>(size) / 3);
}

}  // namespace headrace
