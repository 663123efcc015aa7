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

void StageStats::add(const StageStats& other) {
  for (size_t i = 0; i < kStageCount; ++i) {
    stages[i].count += other.stages[i].count;
    stages[i].failures += other.stages[i].failures;
    stages[i].wall += other.stages[i].wall;
  }
  samples += other.samples;
  worker_cpu += other.worker_cpu;
  input_wait += other.input_wait;
  input_waits += other.input_waits;
  decoder_paths.add(other.decoder_paths);
}

void StageStats::subtract(const StageStats& other) {
  for (size_t i = 0; i < kStageCount; ++i) {
    stages[i].count -= other.stages[i].count;
    stages[i].failures -= other.stages[i].failures;
    stages[i].wall -= other.stages[i].wall;
  }
  samples -= other.samples;
  worker_cpu -= other.worker_cpu;
  input_wait -= other.input_wait;
  input_waits -= other.input_waits;
  decoder_paths.subtract(other.decoder_paths);
}

}  // namespace headrace
