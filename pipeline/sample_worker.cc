#include "headrace/pipeline/sample_worker.h"

namespace headrace {

// Charges the time since the last mark to a stage.
class SampleWorker::StageTimer {
 public:
  explicit StageTimer(StageStats& stats) : stats_(stats), last_(steady_clock().now()) {}

  void mark(Stage stage, const Status& status) {
    const Nanoseconds now = steady_clock().now();
    StageTotals& totals = stats_.stages[static_cast<size_t>(stage)];
    ++totals.count;
    totals.failures += status.ok() ? 0 : 1;
    totals.wall += now - last_;
    last_ = now;
  }

 private:
  StageStats& stats_;
  Nanoseconds last_;
};

Status SampleWorker::run(float* slot, const RandomKey& key, StageTimer& timer) {
  const auto index = static_cast<int64_t>(key.record);
  const Status read = source_.read(record_, index);
  timer.mark(Stage::kRead, read);
  HEADRACE_RETURN_IF_ERROR(read);

  const ByteView bytes = record_.image.view();
  const Result<ImageInfo> info = decoder_.peek(bytes);
  timer.mark(Stage::kPeek, info.status());
  if (!info.ok()) return info.status().annotate(source_.locate(index));

  const SamplePlan plan = transform_.plan(info->width, info->height, key);
  const Status decoded = decoder_.decode(image_, bytes, *info, plan.decode);
  timer.mark(Stage::kDecode, decoded);
  if (!decoded.ok()) return decoded.annotate(source_.locate(index));

  transform_.finish(slot, image_, plan, scratch_);
  timer.mark(Stage::kAugment, Status());
  return Status();
}

SampleWorker::Outcome SampleWorker::process(float* slot, const RandomKey& key) {
  const Nanoseconds cpu_before = thread_cpu_time();
  StageStats sample;
  StageTimer timer(sample);
  Outcome outcome;
  outcome.status = run(slot, key, timer);
  outcome.label = record_.label;
  outcome.cpu = thread_cpu_time() - cpu_before;

  MutexLock lock(mutex_);
  stats_.add(sample);
  stats_.samples += outcome.status.ok() ? 1 : 0;
  stats_.worker_cpu += outcome.cpu;
  stats_.decoder_paths = decoder_.paths();
  buffer_bytes_ = record_.image.capacity() + image_.capacity();
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
