#include "headrace/report/step_profiler.h"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>

namespace headrace {
namespace {

using namespace std::chrono_literals;

Nanoseconds sum_of_phases(const StepRecord& step) {
  Nanoseconds sum{0};
  for (const auto& phase : step.phases) sum += phase.value_or(Nanoseconds{0});
  return sum;
}

// A step of which each phase takes its place among the primes, in microseconds; `slow` takes 1 s
// more.
StepRecord run_step(std::optional<Phase> slow = {}) {
  FakeClock clock;
  clock.advance(123456789ns);  // a clock starts anywhere
  StepProfiler profiler(clock);
  profiler.begin_step();
  const int64_t microseconds[kPhaseCount] = {2, 3, 5, 7, 11, 13, 17, 19};
  for (size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    profiler.enter(phase);
    clock.advance(std::chrono::microseconds(microseconds[i]));
    if (slow == phase) clock.advance(1s);
  }
  return profiler.end_step();
}

TEST(StepProfiler, PhasesAddUpToTheStepExactly) {
  const StepRecord step = run_step();
  EXPECT_EQ(step[Phase::kInputWait], 2us);
  EXPECT_EQ(step[Phase::kHostToDevice], 3us);
  EXPECT_EQ(step[Phase::kForward], 5us);
  EXPECT_EQ(step[Phase::kBackward], 7us);
  EXPECT_EQ(step[Phase::kRankWait], 11us);
  EXPECT_EQ(step[Phase::kReduction], 13us);
  EXPECT_EQ(step[Phase::kOptimizer], 17us);
  EXPECT_EQ(step[Phase::kOther], 19us);
  EXPECT_EQ(step.total, 77us);
  EXPECT_EQ(sum_of_phases(step), step.total);
}

TEST(StepProfiler, ASlowPhaseMovesItsOwnRowAndNoOther) {
  const StepRecord usual = run_step();
  for (size_t slow = 0; slow < kPhaseCount; ++slow) {
    const StepRecord step = run_step(static_cast<Phase>(slow));
    for (size_t i = 0; i < kPhaseCount; ++i) {
      EXPECT_EQ(*step.phases[i] - *usual.phases[i], i == slow ? Nanoseconds(1s) : Nanoseconds(0))
          << phase_name(static_cast<Phase>(i)) << " with slow "
          << phase_name(static_cast<Phase>(slow));
    }
    EXPECT_EQ(step.total - usual.total, 1s);
  }
}

TEST(StepProfiler, TimeBeforeTheFirstPhaseIsOther) {
  FakeClock clock;
  StepProfiler profiler(clock);
  profiler.begin_step();
  clock.advance(4us);
  profiler.enter(Phase::kForward);
  clock.advance(6us);
  const StepRecord& step = profiler.end_step();
  EXPECT_EQ(step[Phase::kOther], 4us);
  EXPECT_EQ(step[Phase::kForward], 6us);
  EXPECT_EQ(step.total, 10us);
}

TEST(StepProfiler, APhaseNeverEnteredIsAbsentAndOneOfNoTimeIsThere) {
  FakeClock clock;
  StepProfiler profiler(clock);
  profiler.begin_step();
  profiler.enter(Phase::kInputWait);
  profiler.enter(Phase::kForward);
  clock.advance(1us);
  const StepRecord& step = profiler.end_step();
  EXPECT_EQ(step[Phase::kInputWait], 0ns);
  EXPECT_EQ(step[Phase::kReduction], std::nullopt);
  EXPECT_EQ(step[Phase::kHostToDevice], std::nullopt);
  EXPECT_EQ(step.preprocess, std::nullopt);
  EXPECT_EQ(step.reduction, std::nullopt);
}

TEST(StepProfiler, EnteringAgainAddsUp) {
  FakeClock clock;
  StepProfiler profiler(clock);
  profiler.begin_step();
  for (int i = 0; i < 3; ++i) {
    profiler.enter(Phase::kForward);
    clock.advance(5us);
    profiler.enter(Phase::kBackward);
    clock.advance(7us);
  }
  const StepRecord& step = profiler.end_step();
  EXPECT_EQ(step[Phase::kForward], 15us);
  EXPECT_EQ(step[Phase::kBackward], 21us);
}

TEST(StepProfiler, EnterAtSplitsWhatHasPassed) {
  FakeClock clock;
  StepProfiler profiler(clock);
  profiler.begin_step();
  profiler.enter(Phase::kBackward);
  clock.advance(30us);
  const Nanoseconds last_gradient = clock.now();
  clock.advance(12us);  // the reduction went on alone; this is known only now
  profiler.enter_at(Phase::kReduction, last_gradient);
  profiler.enter(Phase::kOptimizer);
  clock.advance(1us);
  const StepRecord& step = profiler.end_step();
  EXPECT_EQ(step[Phase::kBackward], 30us);
  EXPECT_EQ(step[Phase::kReduction], 12us);
  EXPECT_EQ(step[Phase::kOptimizer], 1us);
  EXPECT_EQ(sum_of_phases(step), 43us);
}

TEST(StepProfiler, EnterAtTakesTheNearerBoundOutside) {
  FakeClock clock;
  StepProfiler profiler(clock);
  clock.advance(100us);
  profiler.begin_step();
  profiler.enter(Phase::kForward);
  clock.advance(10us);
  profiler.enter(Phase::kBackward);
  clock.advance(20us);
  profiler.enter_at(Phase::kReduction, 50us);  // before backward began: it gets no time
  clock.advance(5us);
  profiler.enter_at(Phase::kOptimizer, clock.now() + 1h);  // in the future: now
  clock.advance(2us);
  const StepRecord& step = profiler.end_step();
  EXPECT_EQ(step[Phase::kForward], 10us);
  EXPECT_EQ(step[Phase::kBackward], 0us);
  EXPECT_EQ(step[Phase::kReduction], 25us);
  EXPECT_EQ(step[Phase::kOptimizer], 2us);
  EXPECT_EQ(step.total, 37us);
  EXPECT_EQ(sum_of_phases(step), step.total);
}

TEST(StepProfiler, StepsKeepTheirOwnCostsAndMarks) {
  FakeClock clock;
  StepProfiler profiler(clock);
  profiler.begin_step(true);
  profiler.set_preprocess({.wall = 3us, .cpu = 4us});
  profiler.set_reduction({.busy = 9us, .exposed = 2us, .hidden = 7us});
  profiler.enter(Phase::kForward);
  profiler.end_step();
  clock.advance(1s);  // between steps: nobody's
  profiler.begin_step();
  profiler.end_step();

  ASSERT_EQ(profiler.steps().size(), 2U);
  const StepRecord& first = profiler.steps()[0];
  EXPECT_TRUE(first.first_of_epoch);
  EXPECT_EQ(first.preprocess->cpu, 4us);
  EXPECT_EQ(first.reduction->hidden, 7us);
  const StepRecord& second = profiler.steps()[1];
  EXPECT_FALSE(second.first_of_epoch);
  EXPECT_EQ(second.preprocess, std::nullopt) << "the batch before it is not this one";
  EXPECT_EQ(second.reduction, std::nullopt);
  EXPECT_EQ(second[Phase::kForward], std::nullopt);
  EXPECT_EQ(second.total, 0us);
}

}  // namespace
}  // namespace headrace
