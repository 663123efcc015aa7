#include "headrace/pipeline/epoch_plan.h"

#include <algorithm>

namespace headrace {

std::string_view tail_policy_name(TailPolicy tail) {
  switch (tail) {
    case TailPolicy::kDrop:
      return "drop";
    case TailPolicy::kPad:
      return "pad";
    case TailPolicy::kUneven:
      return "uneven";
  }
  return "unknown";
}

EpochPlan::EpochPlan(int64_t records, int batch_size, int rank, int ranks, TailPolicy tail)
    : records_(records),
      batch_size_(batch_size),
      rank_(rank),
      tail_(tail),
      global_batch_(int64_t{ranks} * batch_size) {
  const int64_t full = records / global_batch_;
  // What the incomplete global batch has for this rank.
  const int64_t left = std::clamp(records % global_batch_ - int64_t{rank} * batch_size, int64_t{0},
                                  int64_t{batch_size});
  batches_ = full;
  samples_ = full * batch_size;
  if (tail == TailPolicy::kDrop) return;
  samples_ += left;
  const bool one_more = tail == TailPolicy::kPad ? records % global_batch_ != 0 : left != 0;
  batches_ += one_more ? 1 : 0;
}

EpochPlan::Slots EpochPlan::slots(int64_t batch) const {
  const int64_t first = batch * global_batch_ + int64_t{rank_} * batch_size_;
  const auto valid =
      static_cast<int>(std::clamp(records_ - first, int64_t{0}, int64_t{batch_size_}));
  return {.first = first, .size = tail_ == TailPolicy::kPad ? batch_size_ : valid, .valid = valid};
}

}  // namespace headrace
