#include "headrace/pipeline/stage_stats.h"

namespace headrace {

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::kRead:
      return "read";
    case Stage::kPeek:
      return "peek";
    case Stage::kDecode:
      return "decode";
    case Stage::kAugment:
      return "augment";
  }
  return "unknown";
}

void Durations::add(Nanoseconds duration) {
  ++count;
  sum += duration;
  histogram.add(duration);
}

void Durations::add(const Durations& other) {
  count += other.count;
  sum += other.sum;
  histogram.add(other.histogram);
}

void Durations::subtract(const Durations& other) {
  count -= other.count;
  sum -= other.sum;
  histogram.subtract(other.histogram);
}

void StageStats::add(const StageStats& other) {
  for (size_t i = 0; i < kStageCount; ++i) {
    stages[i].count += other.stages[i].count;
    stages[i].failures += other.stages[i].failures;
    stages[i].wall.add(other.stages[i].wall);
    stages[i].cpu.add(other.stages[i].cpu);
  }
  samples += other.samples;
  worker_cpu += other.worker_cpu;
  input_wait += other.input_wait;
  input_waits += other.input_waits;
  batches_late += other.batches_late;
  batches_ready += other.batches_ready;
  batches_ahead += other.batches_ahead;
  decoder_paths.add(other.decoder_paths);
}

void StageStats::subtract(const StageStats& other) {
  for (size_t i = 0; i < kStageCount; ++i) {
    stages[i].count -= other.stages[i].count;
    stages[i].failures -= other.stages[i].failures;
    stages[i].wall.subtract(other.stages[i].wall);
    stages[i].cpu.subtract(other.stages[i].cpu);
  }
  samples -= other.samples;
  worker_cpu -= other.worker_cpu;
  input_wait -= other.input_wait;
  input_waits -= other.input_waits;
  batches_late -= other.batches_late;
  batches_ready -= other.batches_ready;
  batches_ahead -= other.batches_ahead;
  decoder_paths.subtract(other.decoder_paths);
}

}  // namespace headrace
