// The phase clock: where the time of a training step goes.
//
//   StepProfiler profiler(steady_clock());
//   profiler.begin_step();
//   profiler.enter(Phase::kInputWait);   auto batch = loader.next();
//   profiler.enter(Phase::kForward);     ...
//   profiler.enter(Phase::kBackward);    ...
//   profiler.end_step();
//
// At every moment of a step exactly one phase runs, kOther to begin with, so the phases add up to
// the step by construction. A phase that was never entered in a step was not measured: it is
// absent, not 0.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "headrace/base/clock.h"

namespace headrace {

// In the order of a step; what each holds is docs/phases.md.
enum class Phase {
  kInputWait,
  kHostToDevice,
  kForward,
  kBackward,
  kRankWait,
  kReduction,
  kOptimizer,
  kOther,
};
inline constexpr size_t kPhaseCount = 8;

std::string_view phase_name(Phase phase);  // "input_wait", as in the JSON

// What the loader spent on the batch of a step; hidden or not, so not a part of the step's sum.
struct PreprocessCost {
  Nanoseconds wall{0};  // first sample's start to last sample's end
  Nanoseconds cpu{0};   // of all workers together
};

// The gradient reduction of one step. busy = exposed + hidden.
struct ReductionCost {
  Nanoseconds busy{0};     // some bucket was on its way (union of the buckets' spans)
  Nanoseconds exposed{0};  // of that, while backward had nothing more to do: the step waited
  Nanoseconds hidden{0};   // of that, under backward
};

struct StepRecord {
  Nanoseconds total{0};
  std::array<std::optional<Nanoseconds>, kPhaseCount> phases;  // by Phase; they add up to total
  std::optional<PreprocessCost> preprocess;
  std::optional<ReductionCost> reduction;
  bool first_of_epoch = false;

  const std::optional<Nanoseconds>& operator[](Phase phase) const {
    return phases[static_cast<size_t>(phase)];
  }
};

// Threads: one at a time; a rank has one.
class StepProfiler {
 public:
  explicit StepProfiler(const Clock& clock = steady_clock()) : clock_(clock) {}

  // Starts a step; what was measured of one that did not end is dropped.
  void begin_step(bool first_of_epoch = false);
  // From now on `phase` runs, until the next enter() or end_step(). May be entered again: times
  // add.
  void enter(Phase phase) { enter_at(phase, clock_.now()); }
  // The same with a time noted earlier: not before the running phase was entered, not after now;
  // where it lies outside, the nearer bound is taken.
  void enter_at(Phase phase, Nanoseconds when);
  void set_preprocess(const PreprocessCost& cost) { current_.preprocess = cost; }
  void set_reduction(const ReductionCost& cost) { current_.reduction = cost; }
  // Ends the running phase and the step; gives its record, valid until the next end_step(). Phases
  // are entered between begin_step() and end_step() only.
  const StepRecord& end_step();

  const Clock& clock() const { return clock_; }
  const std::vector<StepRecord>& steps() const { return steps_; }

 private:
  void charge(Nanoseconds until);

  const Clock& clock_;
  StepRecord current_;
  Phase running_ = Phase::kOther;
  Nanoseconds begin_{0};
  Nanoseconds entered_{0};
  std::vector<StepRecord> steps_;
};

}  // namespace headrace
