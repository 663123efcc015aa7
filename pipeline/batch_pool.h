// The memory of a loader's batches: allocated once, lent, given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "headrace/base/mutex.h"
#include "headrace/pipeline/batch.h"

namespace headrace {

// Threads: all methods may be called from many threads. Every batch lent keeps the pool alive, so
// batches may outlive the loader.
class BatchPool : public std::enable_shared_from_this<BatchPool> {
 public:
  // Batches of `batch_size` samples of 3 x side x side floats.
  BatchPool(int batch_size, int side) : batch_size_(batch_size), side_(side) {}

  // Bytes of one batch's pixels.
  uint64_t batch_bytes() const;
  // Bytes of all batches there are, lent or free.
  uint64_t bytes() const HEADRACE_EXCLUDES(mutex_);

  // A free batch; null when all are lent.
  BatchPtr take() HEADRACE_EXCLUDES(mutex_);
  // A new batch. Throws std::bad_alloc.
  BatchPtr take_new() HEADRACE_EXCLUDES(mutex_);

 private:
  friend class ReturnToPool;
  BatchPtr lend(std::unique_ptr<Batch> batch);
  void give_back(std::unique_ptr<Batch> batch) HEADRACE_EXCLUDES(mutex_);

  const int batch_size_;
  const int side_;
  mutable Mutex mutex_;
  std::vector<std::unique_ptr<Batch>> free_ HEADRACE_GUARDED_BY(mutex_);
  uint64_t count_ HEADRACE_GUARDED_BY(mutex_) = 0;
};

}  // namespace headrace
