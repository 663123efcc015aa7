// Which part of an epoch's order each batch of each rank holds: arithmetic, nothing else.
//
// Positions 0, 1, ... of the epoch's order are dealt out in global batches of ranks x batch_size:
// of each, rank r takes slots [r x batch_size, (r + 1) x batch_size). So two ranks with batches of
// 8 see what one rank with batches of 16 sees.
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

// What becomes of the positions that do not fill a global batch.
enum class TailPolicy {
  // They are left out; another few each epoch, where the order is shuffled. All ranks have the same
  // number of batches, all full: for training.
  kDrop,
  // The last global batch is filled up with positions from the epoch's begin, which are marked
  // (Batch::valid()). All ranks have the same number of batches, all full, and over all ranks every
  // record is valid in exactly one slot: for evaluation, where ranks must stay in step.
  kPad,
  // The last global batch is what is left: a rank's last batch may be smaller, and later ranks may
  // have one batch less. Every record is in exactly one slot: for ranks that need not stay in step.
  kUneven,
};

std::string_view tail_policy_name(TailPolicy tail);  // "drop", "pad", "uneven"

// Threads: const methods may be called from many threads.
class EpochPlan {
 public:
  // records >= 1, batch_size >= 1, 0 <= rank < ranks.
  EpochPlan(int64_t records, int batch_size, int rank, int ranks, TailPolicy tail);

  int64_t global_batch() const { return global_batch_; }  // samples of all ranks' batches together
  int64_t batches() const { return batches_; }            // of this rank, each epoch
  int64_t samples() const { return samples_; }            // in these, without padding

  // Batch 0 <= `batch` < batches() of this rank holds positions first, first + 1, ..., `size` of
  // them; those from `valid` on are padding. Positions wrap around at the number of records.
  struct Slots {
    int64_t first = 0;
    int size = 0;
    int valid = 0;
  };
  Slots slots(int64_t batch) const;

  // The record's position in the order for one of these.
  int64_t position(const Slots& slots, int slot) const { return (slots.first + slot) % records_; }

 private:
  int64_t records_;
  int batch_size_;
  int rank_;
  TailPolicy tail_;
  int64_t global_batch_;
  int64_t batches_;
  int64_t samples_;
};

}  // namespace headrace
