#include "headrace/pipeline/batch_pool.h"

#include <new>

namespace headrace {

void ReturnToPool::operator()(Batch* batch) const {
  std::unique_ptr<Batch> owned(batch);
  if (pool_ != nullptr) pool_->give_back(std::move(owned));
}

uint64_t BatchPool::batch_bytes() const {
  const auto side = static_cast<uint64_t>(side_);
  return static_cast<uint64_t>(batch_size_) * 3 * side * side * sizeof(float);
}

uint64_t BatchPool::bytes() const {
  MutexLock lock(mutex_);
  return count_ * batch_bytes();
}

BatchPtr BatchPool::lend(std::unique_ptr<Batch> batch) {
  return BatchPtr(batch.release(), ReturnToPool(shared_from_this()));
}

BatchPtr BatchPool::take() {
  MutexLock lock(mutex_);
  if (free_.empty()) return nullptr;
  std::unique_ptr<Batch> batch = std::move(free_.back());
  free_.pop_back();
  return lend(std::move(batch));
}

BatchPtr BatchPool::take_new() {
  auto batch = std::make_unique<Batch>();
  batch->images_.reset(static_cast<float*>(::operator new[](batch_bytes(), Batch::kAlignment)));
  batch->side_ = side_;
  batch->floats_per_sample_ = batch_bytes() / sizeof(float) / static_cast<uint64_t>(batch_size_);
  batch->labels_.reserve(static_cast<size_t>(batch_size_));
  batch->ids_.reserve(static_cast<size_t>(batch_size_));
  batch->valid_.reserve(static_cast<size_t>(batch_size_));
  MutexLock lock(mutex_);
  ++count_;
  free_.reserve(count_);  // so that giving back, which happens in destructors, cannot throw
  return lend(std::move(batch));
}

void BatchPool::give_back(std::unique_ptr<Batch> batch) {
  MutexLock lock(mutex_);
  free_.push_back(std::move(batch));
}

}  // namespace headrace
