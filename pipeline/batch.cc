#include "headrace/pipeline/batch.h"

#include <algorithm>

namespace headrace {

void Batch::Free::operator()(float* memory) const {
  ::operator delete[](memory, kAlignment);
}

void Batch::remove(std::span<const int> slots) {
  size_t kept = 0;
  for (size_t slot = 0; slot < ids_.size(); ++slot) {
    if (std::binary_search(slots.begin(), slots.end(), static_cast<int>(slot))) continue;
    if (kept != slot) {
      std::copy_n(images() + slot * floats_per_sample_, floats_per_sample_,
                  images() + kept * floats_per_sample_);
      labels_[kept] = labels_[slot];
      ids_[kept] = ids_[slot];
      valid_[kept] = valid_[slot];
    }
    ++kept;
  }
  labels_.resize(kept);
  ids_.resize(kept);
  valid_.resize(kept);
}

}  // namespace headrace
