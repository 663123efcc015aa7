#include "headrace/pipeline/loader_engine.h"

#include <algorithm>
#include <exception>
#include <new>

#include "headrace/base/machine.h"

namespace headrace {
namespace {

// Records tried in the place of one that is bad.
constexpr int kReplacements = 16;

}  // namespace

LoaderEngine::LoaderEngine(const RecordSource& source, const ImageLoaderOptions& options,
                           const EpochPlan& plan, const MakeFiller& make_filler,
                           std::function<void()> at_epoch_end, BadSampleLog bad_samples,
                           std::optional<LoaderState> resume)
    : source_(source),
      options_(options),
      plan_(plan),
      pool_(std::make_shared<BatchPool>(options_.batch_size, options_.transform.size)),
      at_epoch_end_(std::move(at_epoch_end)),
      resume_(resume),
      data_fingerprint_(source_.fingerprint()),
      options_fingerprint_(headrace::options_fingerprint(options_)),
      worker_threads_(options_.threads),
      arena_(options_.threads, /*reserved_for_masters=*/0),
      bad_samples_(std::move(bad_samples)) {
  // One more than workers: an arena of one worker still has two places.
  for (int i = 0; i <= options_.threads; ++i) fillers_.push_back(make_filler());
  for (int i = 0; i < std::max(options_.prefetch_batches, 1); ++i) {
    ring_.push_back(std::make_unique<Pending>());
  }
}

LoaderEngine::~LoaderEngine() {
  drain();
}

LoaderEngine::Place LoaderEngine::begin_of(int64_t epoch, int64_t batch) const {
  return {.epoch = epoch,
          .batch = batch,
          .order = EpochOrder(source_.size(), options_.seed, epoch, options_.shuffle,
                              options_.shuffle_block)};
}

bool LoaderEngine::continues_with(int64_t epoch, int64_t batch) {
  if (taken_ < scheduled_) {
    const Batch& next = *pending(taken_).batch;
    return next.epoch() == epoch && next.index() == batch;
  }
  return end_ && end_->epoch == epoch && end_->batch == batch;
}

void LoaderEngine::start_epoch(int64_t number) {
  refused_ = Status();
  if (number < 0) refused_ = invalid_argument("epoch {}: epochs begin with 0", number);
  if (!started_ && resume_ && number != resume_->epoch) {
    refused_ = invalid_argument(
        "resume_from goes on in epoch {}, and epoch {} was started: begin with first_epoch()",
        resume_->epoch, number);
  }
  if (!refused_.ok()) {
    drain();
    end_epoch();
    end_.reset();
    return;
  }
  const bool resumes = !started_ && resume_;
  const int64_t first = resumes ? resume_->samples / plan_.global_batch() : 0;
  const bool goes_on = !running_ || batch_ == plan_.batches();
  if (!goes_on || !continues_with(number, first)) {
    drain();
    end_ = begin_of(number, first);
  }
  end_epoch();
  if (started_) epoch_step_ = number - epoch_;
  epoch_ = number;
  batch_ = first;
  bad_in_epoch_ = resumes ? resume_->bad_samples : 0;
  bad_samples_.start_epoch(number, bad_in_epoch_);
  started_ = true;
  running_ = true;
  schedule(options_.prefetch_batches);
}

Result<BatchPtr> LoaderEngine::next() {
  HEADRACE_RETURN_IF_ERROR(refused_);
  if (!started_)
    return invalid_argument("no epoch has been started: call start_epoch() before next()");
  const Nanoseconds begin = steady_clock().now();
  if (!running_ || batch_ == plan_.batches()) {
    end_epoch();
    return BatchPtr();
  }
  schedule(std::max(options_.prefetch_batches, 1));
  if (scheduled_ == taken_) {
    end_epoch();
    return no_memory_for_a_batch();
  }
  look_ahead();
  wait_for(taken_);
  Pending& p = pending(taken_);
  BatchPtr batch = std::move(p.batch);
  std::vector<BadSlot> bad;
  {
    MutexLock lock(p.mutex);
    bad.swap(p.bad);
  }
  ++taken_;
  const Status status = settle(*batch, std::move(bad));
  if (status.ok()) {
    ++batch_;
    bad_in_epoch_ = bad_samples_.in_epoch();
    schedule(options_.prefetch_batches);
  } else {
    drain();
    end_.reset();
    end_epoch();
  }
  input_wait_ += (steady_clock().now() - begin).count();
  ++input_waits_;
  if (!status.ok()) return status;
  return batch;
}

LoaderState LoaderEngine::state() const {
  LoaderState state;
  if (!started_) {
    state = resume_.value_or(LoaderState());
  } else if (batch_ < plan_.batches()) {
    state.epoch = epoch_;
    state.samples = batch_ * plan_.global_batch();
    state.bad_samples = bad_in_epoch_;
  } else {
    state.epoch = epoch_ + 1;
  }
  state.data = data_fingerprint_;
  state.options = options_fingerprint_;
  return state;
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

bool LoaderEngine::enter_next_epoch() {
  const int64_t number = epoch_ + epoch_step_;
  // One epoch ahead at most.
  const bool wanted = end_->epoch == epoch_ && number >= 0 && number <= options_.last_epoch &&
                      epoch_ < options_.last_epoch;
  if (wanted) end_ = begin_of(number, 0);
  return wanted;
}

void LoaderEngine::schedule(int64_t ahead) {
  while (scheduled_ - taken_ < ahead) {
    if (end_->batch == plan_.batches() && !enter_next_epoch()) return;
    BatchPtr batch = take_batch();
    if (batch == nullptr) return;
    fill_ids(*batch, *end_);
    ++end_->batch;
    Pending& p = pending(scheduled_);
    {
      MutexLock lock(p.mutex);
      p.done = false;
      p.bad.clear();
    }
    p.batch = std::move(batch);
    p.remaining = options_.batch_size;
    p.cpu = 0;
    ++scheduled_;
    for (int i = 0; i < options_.batch_size; ++i) arena_.enqueue([this] { run_slot(); });
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

void LoaderEngine::fill_ids(Batch& batch, const Place& place) const {
  const EpochPlan::Slots slots = plan_.slots(place.batch);
  batch.ids_.clear();
  for (int slot = 0; slot < slots.size; ++slot) {
    batch.ids_.push_back(place.order[plan_.position(slots, slot)]);
  }
  batch.labels_.assign(batch.ids_.size(), 0);
  batch.valid_.assign(batch.ids_.size(), 1);
  std::fill(batch.valid_.begin() + slots.valid, batch.valid_.end(), uint8_t{0});
  batch.epoch_ = place.epoch;
  batch.index_ = place.batch;
}

void LoaderEngine::run_slot() {
  // Acquire and release: whoever claims a slot sees the batch that was set up for it, even when
  // its own task was enqueued for an earlier one.
  const int64_t claimed = next_slot_.fetch_add(1, std::memory_order_acq_rel);
  const int slot = static_cast<int>(claimed % options_.batch_size);
  Pending& p = pending(claimed / options_.batch_size);
  if (slot == 0) p.started = steady_clock().now().count();
  // An epoch's last batch may have fewer samples than slots.
  if (slot < p.batch->size() && !cancelled_.load(std::memory_order_relaxed)) run_sample(p, slot);
  finish_slot(p);
}

void LoaderEngine::run_sample(Pending& p, int slot) {
  Batch& batch = *p.batch;
  SampleFiller& filler =
      *fillers_[static_cast<size_t>(tbb::this_task_arena::current_thread_index())];
  const int64_t record = batch.ids_[slot];
  const RandomKey key{.seed = options_.seed,
                      .epoch = static_cast<uint64_t>(batch.epoch_),
                      .record = static_cast<uint64_t>(record)};
  BadSlot bad{.slot = slot, .record = record};
  try {
    bad.reason = fill_slot(p, slot, filler, record, key);
    if (bad.reason.ok()) return;
    bad.hopeless = bad.reason.code() == StatusCode::kInternal;
    if (!bad.hopeless && options_.bad_samples.on_error == OnError::kReplace) {
      const Status replaced = replace(p, slot, filler, key);
      bad.hopeless = !replaced.ok();
      if (bad.hopeless) bad.reason = replaced.annotate(bad.reason.message());
    }
  } catch (const std::bad_alloc&) {
    bad.hopeless = true;
    bad.reason =
        resource_exhausted("{}: not enough memory for this picture", source_.locate(record));
  } catch (const std::exception& error) {  // a source or a library of the user's
    bad.hopeless = true;
    bad.reason = internal_error("{}: {}", source_.locate(record), error.what());
  }
  MutexLock lock(p.mutex);
  p.bad.push_back(std::move(bad));
}

Status LoaderEngine::fill_slot(Pending& p, int slot, SampleFiller& filler, int64_t record,
                               const RandomKey& key) {
  Batch& batch = *p.batch;
  const SampleFiller::Outcome outcome =
      filler.process(batch.images() + batch.floats_per_sample() * slot, record, key);
  p.cpu += outcome.cpu.count();
  if (outcome.status.ok()) {
    batch.ids_[slot] = record;
    batch.labels_[slot] = outcome.label;
  }
  return outcome.status;
}

Status LoaderEngine::replace(Pending& p, int slot, SampleFiller& filler, const RandomKey& key) {
  const auto record = static_cast<int64_t>(key.record);
  const int64_t others = source_.size() - 1;
  if (others == 0) return not_found("there is no other record to take its place");
  KeyedRandom random(key, RandomPurpose::kReplacement);
  Status status;
  for (int i = 0; i < kReplacements; ++i) {
    const auto other = static_cast<int64_t>(random.uniform() * static_cast<double>(others));
    status = fill_slot(p, slot, filler, other < record ? other : other + 1, key);
    if (status.ok() || status.code() == StatusCode::kInternal) return status;
  }
  return Status(status.code(),
                fmt::format("{} records drawn to replace it are bad too; the last: {}",
                            kReplacements, status.message()));
}

void LoaderEngine::finish_slot(Pending& p) {
  if (p.remaining.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  p.batch->preprocess_wall_ = steady_clock().now() - Nanoseconds(p.started.load());
  p.batch->preprocess_cpu_ = Nanoseconds(p.cpu.load());
  MutexLock lock(p.mutex);
  p.done = true;
  p.became_done.notify_one();  // under the lock: the engine may end as soon as the waiter sees it
}

void LoaderEngine::look_ahead() {
  for (int64_t number = taken_; number < scheduled_; ++number) {
    Pending& p = pending(number);
    MutexLock lock(p.mutex);
    batches_ready_ += p.done ? 1 : 0;
    if (number == taken_) batches_late_ += p.done ? 0 : 1;
  }
  batches_ahead_ += scheduled_ - taken_;
}

void LoaderEngine::wait_for(int64_t number) {
  Pending& p = pending(number);
  MutexLock lock(p.mutex);
  while (!p.done) p.became_done.wait(p.mutex);
}

Status LoaderEngine::settle(Batch& batch, std::vector<BadSlot> bad) {
  if (bad.empty()) return {};
  // By slot, not by time: one outcome for any number of threads.
  std::sort(bad.begin(), bad.end(),
            [](const BadSlot& a, const BadSlot& b) { return a.slot < b.slot; });
  for (const BadSlot& one : bad) {
    if (one.hopeless || options_.bad_samples.on_error == OnError::kFail) return one.reason;
    // Padding counts where it is a sample, at the epoch's begin.
    if (batch.valid_[one.slot] != 0) {
      HEADRACE_RETURN_IF_ERROR(bad_samples_.add(one.record, one.reason));
    }
  }
  if (options_.bad_samples.on_error == OnError::kReplace) return {};
  if (bad.size() == batch.ids_.size()) {
    return Status(bad[0].reason.code(),
                  fmt::format("no sample of batch {} of epoch {} can be used; the first: {}",
                              batch.index(), batch.epoch(), bad[0].reason.message()));
  }
  std::vector<int> slots;
  for (const BadSlot& one : bad) slots.push_back(one.slot);
  batch.remove(slots);
  return {};
}

void LoaderEngine::drain() {
  cancelled_ = true;
  for (; taken_ < scheduled_; ++taken_) {
    wait_for(taken_);
    pending(taken_).batch.reset();
  }
  cancelled_ = false;
}

void LoaderEngine::end_epoch() {
  if (!running_) return;
  running_ = false;
  at_epoch_end_();
}

StageStats LoaderEngine::stage_stats() const {
  StageStats total;
  for (const auto& filler : fillers_) filler->add_stats(total);
  total.input_wait = Nanoseconds(input_wait_.load());
  total.input_waits = input_waits_;
  total.batches_late = batches_late_;
  total.batches_ready = batches_ready_;
  total.batches_ahead = batches_ahead_;
  return total;
}

uint64_t LoaderEngine::memory_bytes() const {
  uint64_t bytes = pool_->bytes();
  for (const auto& filler : fillers_) bytes += filler->buffer_bytes();
  return bytes;
}

}  // namespace headrace
