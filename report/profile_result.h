// What a profile found: plain data, filled by the trainer, read by the writers (profile_table.h,
// profile_json.h). No torch here.
//
//   ProfileRun run{.data = "train", .format = "folder", .schedule = Schedule::kPipelined};
//   run.steps = profiler.steps();
//   run.images_per_second = rate_of_steps(run);
//   result.runs.push_back(std::move(run));
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/pipeline/stage_stats.h"
#include "headrace/report/environment.h"
#include "headrace/report/step_profiler.h"

namespace headrace {

enum class Schedule {
  kSequential,  // nothing overlaps: loader inside the step, a sync after each phase
  kPipelined,   // as in production
};
std::string_view schedule_name(Schedule schedule);  // "sequential"

enum class ReductionMode {
  kNone,        // one rank: nothing to reduce
  kExclusive,   // after backward, all of it exposed
  kOverlapped,  // under backward
};
std::string_view reduction_mode_name(ReductionMode mode);  // "exclusive"

// One DATA under one schedule.
struct ProfileRun {
  // What was fed.
  std::string data;     // the DATA argument as given
  std::string format;   // RecordSource::format()
  std::string payload;  // RecordSource::payload()
  // How.
  Schedule schedule = Schedule::kSequential;
  ReductionMode reduction = ReductionMode::kNone;
  int ranks = 1;
  int batch_size = 0;  // per rank
  std::string model;
  std::string precision;   // "float32", "bf16"
  int threads = 0;         // the model's, per rank
  int loader_threads = 0;  // the loader's, per rank
  // What was measured, as means over the ranks: every step in order, the first of an epoch marked.
  std::vector<StepRecord> steps;
  std::optional<double> images_per_second;  // of all ranks together: rate_of_steps()
  uint64_t peak_rss_bytes = 0;
  StageStats stages;
};

struct ProfileResult {
  std::vector<ProfileRun> runs;
  Environment environment;
};

// Images of all ranks over the wall time of the steps that are not the first of an epoch. Every
// step takes a whole batch (TailPolicy::kDrop). None when there is no such step.
std::optional<double> rate_of_steps(const ProfileRun& run);

// The steps that the phase figures are made of: those that are not the first of an epoch.
std::vector<const StepRecord*> steady_steps(const ProfileRun& run);
// And the others. Pointers live as long as run.steps stays as it is.
std::vector<const StepRecord*> first_steps(const ProfileRun& run);

}  // namespace headrace
