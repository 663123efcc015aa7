#include "headrace/report/profile_result.h"

#include <gtest/gtest.h>

#include <chrono>

#include "headrace/report/rate.h"
#include "headrace/report/run_summary.h"
#include "made_up_result.h"

namespace headrace {
namespace {

using namespace std::chrono_literals;

TEST(Rate, IsOverElapsedTime) {
  EXPECT_DOUBLE_EQ(*images_per_second(300, 1500ms), 200);
  EXPECT_DOUBLE_EQ(*cpu_seconds_per_1000_images(500, 2s), 4);
}

TEST(Rate, OfNothingIsNone) {
  EXPECT_FALSE(images_per_second(0, 1s));
  EXPECT_FALSE(images_per_second(10, 0s));
  EXPECT_FALSE(cpu_seconds_per_1000_images(0, 1s));
  EXPECT_FALSE(cpu_seconds_per_1000_images(10, 0s));
}

TEST(Rate, OfStepsCountsAllRanksAndLeavesOutFirstSteps) {
  EXPECT_DOUBLE_EQ(*rate_of_steps(made_up_sequential()), 3 * 2 * 32 / 0.6);
  ProfileRun run = made_up_sequential();
  run.steps.resize(1);  // the first of the epoch
  EXPECT_FALSE(rate_of_steps(run));
}

TEST(RunSummary, MeansAddUpToTheStep) {
  for (const ProfileRun& run : {made_up_sequential(), made_up_pipelined()}) {
    const RunSummary summary = summarize_run(run);
    double sum = 0;
    for (const auto& phase : summary.phases) sum += phase ? phase->mean : 0;
    EXPECT_NEAR(sum, summary.step->mean, 1e-9);
  }
}

TEST(RunSummary, APhaseOfSomeStepsStillAddsUp) {
  ProfileRun run;
  run.steps = {made_up_step({1, -1, 10, 20, -1, -1, 8, 0}),
               made_up_step({1, -1, 10, 20, -1, -1, -1, 0})};  // gradients are only collected
  const RunSummary summary = summarize_run(run);
  EXPECT_DOUBLE_EQ(summary[Phase::kOptimizer]->mean, 4);
  EXPECT_DOUBLE_EQ(summary.step->mean, 35);
  EXPECT_FALSE(summary[Phase::kReduction]);
}

TEST(RunSummary, FirstStepsStandApart) {
  const RunSummary summary = summarize_run(made_up_sequential());
  EXPECT_EQ(summary.steps, 3);
  EXPECT_EQ(summary.step->count, 3);
  EXPECT_DOUBLE_EQ(summary.step->mean, 200);
  EXPECT_DOUBLE_EQ(summary.first_step->mean, 900);
  EXPECT_DOUBLE_EQ(summary.preprocess_wall->mean, 46);
  EXPECT_DOUBLE_EQ(summary.preprocess_cpu->mean, 90);
}

TEST(RunSummary, OfNoStepsHasNoFigures) {
  const RunSummary summary = summarize_run(ProfileRun{});
  for (const auto& phase : summary.phases) EXPECT_FALSE(phase);
  EXPECT_FALSE(summary.step);
  EXPECT_FALSE(summary.first_step);
  EXPECT_FALSE(summary.preprocess_wall);
  EXPECT_FALSE(summary.reduction_busy);
}

}  // namespace
}  // namespace headrace
