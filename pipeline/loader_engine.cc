#include "headrace/pipeline/loader_engine.h"

#include <algorithm>
#include <exception>
#include <new>

#include "headrace/base/machine.h"

namespace headrace {
namespace {

int64_t count_batches(int64_t records, const ImageLoaderOptions& options) {
  const int64_t global = int64_t{options.ranks} * options.batch_size;
  return options.drop_last ? records / global : (records + global - 1) / global;
}

}  // namespace

LoaderEngine::LoaderEngine(std::shared_ptr<const RecordSource> source,
                           const ImageLoaderOptions& options, Transform transform,
                           Result<std::unique_ptr<SideIndex>> side_index)
    : source_(std::move(source)),
      options_(options),
      transform_(std::move(transform)),
      batches_per_epoch_(count_batches(source_->size(), options_)),
      pool_(std::make_shared<BatchPool>(options_.batch_size, options_.transform.size)),
      side_index_(std::move(side_index)),
      worker_threads_(options_.threads),
      arena_(options_.threads, /*reserved_for_masters=*/0) {
  SideIndex* const index = side_index_.ok() ? side_index_->get() : nullptr;
  // One more than workers: an arena of one worker still has two places.
  for (int i = 0; i <= options_.threads; ++i) {
    workers_.push_back(std::make_unique<SampleWorker>(*source_, transform_, options_.decode,
                                                      options_.index, index));
  }
  for (int i = 0; i < std::max(options_.prefetch_batches, 1); ++i) {
    ring_.push_back(std::make_unique<Pending>());
  }
}

LoaderEngine::~LoaderEngine() {
  drain();
}

void LoaderEngine::start_epoch(int64_t number) {
  drain();
  end_epoch();
  epoch_ = number;
  order_.emplace(source_->size(), options_.seed, number, options_.shuffle);
  next_sample_ = 0;
  scheduled_ = 0;
  taken_ = 0;
  running_ = true;
  schedule(options_.prefetch_batches);
}

Result<BatchPtr> LoaderEngine::next() {
  if (!order_)
    return invalid_argument("no epoch has been started: call start_epoch() before next()");
  const Nanoseconds begin = steady_clock().now();
  if (running_) schedule(std::max(options_.prefetch_batches, 1));
  if (!running_ || taken_ == batches_per_epoch_) {
    end_epoch();
    return BatchPtr();
  }
  if (scheduled_ == taken_) {
    end_epoch();
    return no_memory_for_a_batch();
  }
  const Status status = wait_for(taken_);
  BatchPtr batch = std::move(pending(taken_).batch);
  ++taken_;
  if (status.ok()) {
    schedule(options_.prefetch_batches);
  } else {
    drain();
    end_epoch();
  }
  input_wait_ += (steady_clock().now() - begin).count();
  ++input_waits_;
  if (!status.ok()) return status;
  return batch;
}

Status LoaderEngine::no_memory_for_a_batch() const {
  const uint64_t held = pool_->bytes() / pool_->batch_bytes();
  if (options_.memory_budget_bytes != 0 && held > 0) {
    return resource_exhausted(
        "the caller holds all {} batches ({} bytes each) and memory_budget_bytes = {} allows no "
        "more: give batches back before asking for another, or raise the budget",
        held, pool_->batch_bytes(), options_.memory_budget_bytes);
  }
  return resource_exhausted(
      "no memory for a batch of {} bytes ({} samples of {} x {} pixels) beside {} that are held: "
      "lower the batch size or the size, or give batches back",
      pool_->batch_bytes(), options_.batch_size, options_.transform.size, options_.transform.size,
      held);
}

void LoaderEngine::schedule(int64_t ahead) {
  while (scheduled_ < batches_per_epoch_ && scheduled_ - taken_ < ahead) {
    BatchPtr batch = take_batch();
    if (batch == nullptr) return;
    fill_ids(*batch, scheduled_);
    const int samples = batch->size();
    Pending& p = pending(scheduled_);
    {
      MutexLock lock(p.mutex);
      p.done = false;
      p.failed_slot = -1;
      p.failure = Status();
    }
    p.batch = std::move(batch);
    p.remaining = samples;
    p.cpu = 0;
    ++scheduled_;
    for (int i = 0; i < samples; ++i) arena_.enqueue([this] { run_sample(); });
  }
}

BatchPtr LoaderEngine::take_batch() {
  if (BatchPtr batch = pool_->take()) return batch;
  const uint64_t budget = options_.memory_budget_bytes;
  if (budget != 0 && pool_->bytes() + pool_->batch_bytes() > budget) return nullptr;
  try {
    return pool_->take_new();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void LoaderEngine::fill_ids(Batch& batch, int64_t index) const {
  const int64_t first = (index * options_.ranks + options_.rank) * options_.batch_size;
  const int64_t last = std::min(first + options_.batch_size, source_->size());
  batch.ids_.clear();
  for (int64_t position = first; position < last; ++position) {
    batch.ids_.push_back((*order_)[position]);
  }
  batch.labels_.assign(batch.ids_.size(), 0);
  batch.epoch_ = epoch_;
  batch.index_ = index;
}

void LoaderEngine::run_sample() {
  // Acquire and release: whoever claims a sample sees the batch that was set up for it, even when
  // its own task was enqueued for an earlier one.
  const int64_t sample = next_sample_.fetch_add(1, std::memory_order_acq_rel);
  const int slot = static_cast<int>(sample % options_.batch_size);
  Pending& p = pending(sample / options_.batch_size);
  if (slot == 0) p.started = steady_clock().now().count();
  Status status;
  if (!cancelled_.load(std::memory_order_relaxed)) {
    Batch& batch = *p.batch;
    const auto place = static_cast<size_t>(tbb::this_task_arena::current_thread_index());
    const RandomKey key{.seed = options_.seed,
                        .epoch = static_cast<uint64_t>(epoch_),
                        .record = static_cast<uint64_t>(batch.ids_[slot])};
    try {
      const SampleWorker::Outcome outcome =
          workers_[place]->process(batch.images() + batch.floats_per_sample() * slot, key);
      status = outcome.status;
      batch.labels_[slot] = outcome.label;
      p.cpu += outcome.cpu.count();
    } catch (const std::bad_alloc&) {
      status = resource_exhausted("{}: not enough memory for this picture",
                                  source_->locate(batch.ids_[slot]));
    } catch (const std::exception& error) {  // a source or a library of the user's
      status = internal_error("{}: {}", source_->locate(batch.ids_[slot]), error.what());
    }
  }
  finish_sample(p, slot, status);
}

void LoaderEngine::finish_sample(Pending& p, int slot, const Status& status) {
  if (!status.ok()) {
    MutexLock lock(p.mutex);
    if (p.failed_slot < 0 || slot < p.failed_slot) {
      p.failed_slot = slot;
      p.failure = status;
    }
  }
  if (p.remaining.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  p.batch->preprocess_wall_ = steady_clock().now() - Nanoseconds(p.started.load());
  p.batch->preprocess_cpu_ = Nanoseconds(p.cpu.load());
  MutexLock lock(p.mutex);
  p.done = true;
  p.became_done.notify_one();  // under the lock: the engine may end as soon as the waiter sees it
}

Status LoaderEngine::wait_for(int64_t index) {
  Pending& p = pending(index);
  MutexLock lock(p.mutex);
  while (!p.done) p.became_done.wait(p.mutex);
  return p.failure;
}

void LoaderEngine::drain() {
  cancelled_ = true;
  for (; taken_ < scheduled_; ++taken_) {
    static_cast<void>(wait_for(taken_));
    pending(taken_).batch.reset();
  }
  cancelled_ = false;
}

void LoaderEngine::end_epoch() {
  if (!running_) return;
  running_ = false;
  // Why it fails, if it does, index_status() says.
  if (side_index_.ok()) static_cast<void>((*side_index_)->flush());
}

Status LoaderEngine::index_status() const {
  return side_index_.ok() ? (*side_index_)->adding() : side_index_.status();
}

std::string LoaderEngine::index_path() const {
  return side_index_.ok() ? (*side_index_)->path() : std::string();
}

StageStats LoaderEngine::stage_stats() const {
  StageStats total;
  for (const auto& worker : workers_) total.add(worker->stats());
  total.input_wait = Nanoseconds(input_wait_.load());
  total.input_waits = input_waits_.load();
  return total;
}

uint64_t LoaderEngine::memory_bytes() const {
  uint64_t bytes = pool_->bytes();
  for (const auto& worker : workers_) bytes += worker->buffer_bytes();
  return bytes;
}

}  // namespace headrace
