// The order in which an epoch visits the records.
#pragma once

#include <cstdint>
#include <optional>

#include "headrace/pipeline/permutation.h"

namespace headrace {

// A permutation of {0, ..., size - 1} that depends on (seed, epoch) only. Any position is answered
// at once and nothing is stored, so resuming in the middle of an epoch of a billion records costs
// what resuming at its start does. Keys come from KeyedRandom.
//
// Threads: const methods may be called from many threads.
class EpochOrder {
 public:
  // Blocks that are mixed with each other.
  static constexpr int64_t kBlocksAtOnce = 16;

  // size >= 1. Without `shuffle` the order is the data set's own. `block` 0: any record may come
  // anywhere. Else blocks of so many neighbouring records come in random order, and each 16 of
  // them in a row are mixed: so that a disk reads in 16 places at a time and not everywhere. (The
  // last block may be smaller; its place in the order is as random as the others'.)
  EpochOrder(int64_t size, uint64_t seed, int64_t epoch, bool shuffle, int64_t block = 0);

  // The record at `position` (0 <= position < size).
  int64_t operator[](int64_t position) const;
  // The position of `record`.
  int64_t position_of(int64_t record) const;

 private:
  Permutation window(uint64_t number) const;

  uint64_t size_;
  bool shuffle_;
  uint64_t block_;  // 0: none
  Permutation::Keys keys_{};
  // Of records, or of whole blocks where there are blocks; none where there is nothing to permute.
  std::optional<Permutation> permutation_;
  uint64_t short_block_at_ = 0;  // how many whole blocks come before the one that is smaller
};

// How far apart records are in the order that are neighbours in the data set, on average: as a part
// of what chance gives, a third of the data set. 1: as good as any shuffle; 0: not shuffled at all.
// Looks at some thousand of them.
double shuffle_distance(const EpochOrder& order, int64_t size);

}  // namespace headrace
