// A batch of samples, ready for a model, and the pool that lends batches out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "headrace/base/clock.h"

namespace headrace {

// What a batch holds is fixed by the loader; its memory is lent and goes back to the pool when the
// BatchPtr dies, in whatever thread, also after the loader has gone.
//
// Threads: the holder's, one at a time.
class Batch {
 public:
  // Pixels: size() samples of floats_per_sample() floats, NCHW, normalised; 64-byte aligned.
  float* images() { return images_.get(); }
  const float* images() const { return images_.get(); }
  size_t floats_per_sample() const { return floats_per_sample_; }
  int channels() const { return 3; }
  int height() const { return side_; }
  int width() const { return side_; }

  // Samples: the loader's batch size, but for what TailPolicy::kUneven and OnError::kSkip leave.
  int size() const { return static_cast<int>(ids_.size()); }
  std::span<const int64_t> labels() const { return labels_; }  // 0-based classes
  std::span<int64_t> labels() { return labels_; }
  std::span<const int64_t> ids() const { return ids_; }  // records' positions in the data set
  // 1 for each sample that counts, 0 for padding (TailPolicy::kPad), which comes last.
  std::span<const uint8_t> valid() const { return valid_; }

  int64_t epoch() const { return epoch_; }
  int64_t index() const { return index_; }  // of this batch in its epoch, from 0
  // What the workers spent on it: wall from the first sample's start to the last one's end, CPU of
  // all.
  Nanoseconds preprocess_wall() const { return preprocess_wall_; }
  Nanoseconds preprocess_cpu() const { return preprocess_cpu_; }

 private:
  friend class BatchPool;
  friend class LoaderEngine;
  static constexpr std::align_val_t kAlignment{64};  // cache lines, for non-temporal stores
  struct Free {
    void operator()(float* memory) const;
  };

  // Takes these samples out and moves the later ones up. `slots` is in rising order.
  void remove(std::span<const int> slots);

  std::unique_ptr<float[], Free> images_;
  size_t floats_per_sample_ = 0;
  int side_ = 0;
  std::vector<int64_t> labels_;
  std::vector<int64_t> ids_;
  std::vector<uint8_t> valid_;
  int64_t epoch_ = 0;
  int64_t index_ = 0;
  Nanoseconds preprocess_wall_{0};
  Nanoseconds preprocess_cpu_{0};
};

// Gives a batch back to its pool. The pool lives as long as anything lent from it.
class ReturnToPool {
 public:
  ReturnToPool() = default;
  explicit ReturnToPool(std::shared_ptr<class BatchPool> pool) : pool_(std::move(pool)) {}
  void operator()(Batch* batch) const;

 private:
  std::shared_ptr<BatchPool> pool_;
};

using BatchPtr = std::unique_ptr<Batch, ReturnToPool>;

}  // namespace headrace
