#include "headrace/pipeline/sample_worker.h"

namespace headrace {

// Charges the time since the last call to a stage, of one sample.
class SampleWorker::StageTimer {
 public:
  explicit StageTimer(bool with_cpu) : with_cpu_(with_cpu), last_wall_(steady_clock().now()) {
    if (with_cpu_) last_cpu_ = thread_cpu_time();
  }

  void mark(Stage stage, const Status& status) {
    charge(stage);
    Part& part = parts_[static_cast<size_t>(stage)];
    part.passed = true;
    part.failed = !status.ok();
  }
  // Time that belongs to a stage which was or will be marked.
  void charge(Stage stage) {
    Part& part = parts_[static_cast<size_t>(stage)];
    const Nanoseconds wall = steady_clock().now();
    part.wall += wall - last_wall_;
    last_wall_ = wall;
    if (!with_cpu_) return;
    const Nanoseconds cpu = thread_cpu_time();
    part.cpu += cpu - last_cpu_;
    last_cpu_ = cpu;
  }

  void add_to(StageStats& stats) const {
    for (size_t i = 0; i < kStageCount; ++i) {
      if (!parts_[i].passed) continue;
      StageTotals& totals = stats.stages[i];
      ++totals.count;
      totals.failures += parts_[i].failed ? 1 : 0;
      totals.wall.add(parts_[i].wall);
      if (with_cpu_) totals.cpu.add(parts_[i].cpu);
    }
  }

 private:
  struct Part {
    Nanoseconds wall{0};
    Nanoseconds cpu{0};
    bool passed = false;
    bool failed = false;
  };
  const bool with_cpu_;
  Nanoseconds last_wall_;
  Nanoseconds last_cpu_{0};
  std::array<Part, kStageCount> parts_{};
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

SampleFiller::Outcome SampleWorker::process(float* slot, int64_t record, const RandomKey& key) {
  const Nanoseconds cpu_before = thread_cpu_time();
  StageTimer timer(samples_++ % StageTotals::kCpuEvery == 0);
  Outcome outcome;
  outcome.status = run(slot, record, key, timer);
  outcome.label = record_.label;
  outcome.cpu = thread_cpu_time() - cpu_before;

  MutexLock lock(mutex_);
  timer.add_to(stats_);
  stats_.samples += outcome.status.ok() ? 1 : 0;
  stats_.worker_cpu += outcome.cpu;
  stats_.decoder_paths = decoder_.paths();
  buffer_bytes_ = record_.image.capacity() + image_.capacity() + record_.jpeg_index.capacity() +
                  stored_index_.capacity() + exchange_.grown.capacity();
  return outcome;
}

Nanoseconds SampleWorker::cost_of_measuring() {
  constexpr int kSamples = 4096;
  StageStats stats;
  Mutex mutex;
  const Nanoseconds begin = thread_cpu_time();
  for (int i = 0; i < kSamples; ++i) {
    const Nanoseconds cpu_before = thread_cpu_time();
    StageTimer timer(i % StageTotals::kCpuEvery == 0);
    for (const Stage stage : {Stage::kRead, Stage::kPeek, Stage::kDecode, Stage::kAugment}) {
      timer.mark(stage, Status());
    }
    timer.charge(Stage::kRead);
    const Nanoseconds cpu = thread_cpu_time() - cpu_before;
    MutexLock lock(mutex);
    timer.add_to(stats);
    stats.worker_cpu += cpu;
  }
  return (thread_cpu_time() - begin) / kSamples;
}

void SampleWorker::add_stats(StageStats& total) const {
  MutexLock lock(mutex_);
  total.add(stats_);
}

uint64_t SampleWorker::buffer_bytes() const {
  MutexLock lock(mutex_);
  return buffer_bytes_;
}

}  // namespace headrace
