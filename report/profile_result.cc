#include "headrace/report/profile_result.h"

#include "headrace/report/rate.h"

namespace headrace {
namespace {

std::vector<const StepRecord*> steps_where(const ProfileRun& run, bool first_of_epoch) {
  std::vector<const StepRecord*> chosen;
  for (const StepRecord& step : run.steps) {
    if (step.first_of_epoch == first_of_epoch) chosen.push_back(&step);
  }
  return chosen;
}

}  // namespace

std::string_view schedule_name(Schedule schedule) {
  switch (schedule) {
    case Schedule::kSequential:
      return "sequential";
    case Schedule::kPipelined:
      return "pipelined";
  }
  return "unknown";
}

std::string_view reduction_mode_name(ReductionMode mode) {
  switch (mode) {
    case ReductionMode::kNone:
      return "none";
    case ReductionMode::kExclusive:
      return "exclusive";
    case ReductionMode::kOverlapped:
      return "overlapped";
  }
  return "unknown";
}

std::vector<const StepRecord*> steady_steps(const ProfileRun& run) {
  return steps_where(run, false);
}

std::vector<const StepRecord*> first_steps(const ProfileRun& run) {
  return steps_where(run, true);
}

std::optional<double> rate_of_steps(const ProfileRun& run) {
  Nanoseconds elapsed{0};
  int64_t images = 0;
  for (const StepRecord* step : steady_steps(run)) {
    elapsed += step->total;
    images += int64_t{run.ranks} * run.batch_size;
  }
  return images_per_second(images, elapsed);
}

}  // namespace headrace
