#include "headrace/report/step_profiler.h"

#include <algorithm>

namespace headrace {

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::kInputWait:
      return "input_wait";
    case Phase::kHostToDevice:
      return "host_to_device";
    case Phase::kForward:
      return "forward";
    case Phase::kBackward:
      return "backward";
    case Phase::kRankWait:
      return "rank_wait";
    case Phase::kReduction:
      return "reduction";
    case Phase::kOptimizer:
      return "optimizer";
    case Phase::kOther:
      return "other";
  }
  return "unknown";
}

void StepProfiler::begin_step(bool first_of_epoch) {
  current_ = {};
  current_.first_of_epoch = first_of_epoch;
  running_ = Phase::kOther;
  begin_ = entered_ = clock_.now();
}

void StepProfiler::enter_at(Phase phase, Nanoseconds when) {
  charge(std::clamp(when, entered_, clock_.now()));
  running_ = phase;
}

const StepRecord& StepProfiler::end_step() {
  charge(clock_.now());
  current_.total = entered_ - begin_;
  steps_.push_back(current_);
  return steps_.back();
}

void StepProfiler::charge(Nanoseconds until) {
  std::optional<Nanoseconds>& spent = current_.phases[static_cast<size_t>(running_)];
  spent = spent.value_or(Nanoseconds{0}) + (until - entered_);
  entered_ = until;
}

}  // namespace headrace
