#include "headrace/pipeline/sample_worker.h"

namespace headrace {

// Charges the time since the last call to a stage.
class SampleWorker::StageTimer {
 public:
  explicit StageTimer(StageStats& stats) : stats_(stats), last_(steady_clock().now()) {}

  void mark(Stage stage, const Status& status) {
    StageTotals& totals = stats_.stages[static_cast<size_t>(stage)];
    ++totals.count;
    totals.failures += status.ok() ? 0 : 1;
    charge(stage);
  }
  // Time that belongs to a stage which was or will be marked.
  void charge(Stage stage) {
    const Nanoseconds now = steady_clock().now();
    stats_.stages[static_cast<size_t>(stage)].wall += now - last_;
    last_ = now;
  }

 private:
  StageStats& stats_;
  Nanoseconds last_;
};

bool SampleWorker::can_add() {
  // An error stays, so it is asked for once.
  can_add_ = can_add_ && use_ == IndexUse::kGrow && side_index_->adding().ok();
  return can_add_;
}

IndexExchange* SampleWorker::look_up(int64_t index, const ImageInfo& info) {
  if (use_ == IndexUse::kOff || info.format != ImageFormat::kJpeg) return nullptr;
  exchange_.known = record_.jpeg_index.view();
  exchange_.record = false;
  if (exchange_.known.empty() && side_index_ != nullptr) {
    side_index_->read(stored_index_, index);
    exchange_.known = stored_index_.view();
    exchange_.record = can_add();
  }
  return &exchange_;
}

Status SampleWorker::run(float* slot, int64_t index, const RandomKey& key, StageTimer& timer) {
  const Status read = source_.read(record_, index);
  timer.mark(Stage::kRead, read);
  HEADRACE_RETURN_IF_ERROR(read);

  const ByteView bytes = record_.image.view();
  const Result<ImageInfo> info = decoder_.peek(bytes);
  timer.mark(Stage::kPeek, info.status());
  if (!info.ok()) return info.status().annotate(source_.locate(index));

  IndexExchange* const exchange = look_up(index, *info);
  timer.charge(Stage::kRead);

  const SamplePlan plan =
      transform_.plan(info->width, info->height, key, decoder_.greatest_scale(*info));
  const Status decoded = decoder_.decode(image_, bytes, *info, plan.decode, exchange, plan.scale);
  if (decoded.ok() && exchange != nullptr && exchange->grown.size() != 0) {
    side_index_->add(index, exchange->grown.view());
  }
  timer.mark(Stage::kDecode, decoded);
  if (!decoded.ok()) return decoded.annotate(source_.locate(index));

  transform_.finish(slot, image_, plan, scratch_);
  timer.mark(Stage::kAugment, Status());
  return Status();
}

SampleWorker::Outcome SampleWorker::process(float* slot, int64_t record, const RandomKey& key) {
  const Nanoseconds cpu_before = thread_cpu_time();
  StageStats sample;
  StageTimer timer(sample);
  Outcome outcome;
  outcome.status = run(slot, record, key, timer);
  outcome.label = record_.label;
  outcome.cpu = thread_cpu_time() - cpu_before;

  MutexLock lock(mutex_);
  stats_.add(sample);
  stats_.samples += outcome.status.ok() ? 1 : 0;
  stats_.worker_cpu += outcome.cpu;
  stats_.decoder_paths = decoder_.paths();
  buffer_bytes_ = record_.image.capacity() + image_.capacity() + record_.jpeg_index.capacity() +
                  stored_index_.capacity() + exchange_.grown.capacity();
  return outcome;
}

StageStats SampleWorker::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

uint64_t SampleWorker::buffer_bytes() const {
  MutexLock lock(mutex_);
  return buffer_bytes_;
}

}  // namespace headrace
