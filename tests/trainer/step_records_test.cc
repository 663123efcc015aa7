#include "headrace/trainer/step_records.h"

#include <gtest/gtest.h>

namespace headrace {
namespace {

constexpr Nanoseconds ns(int64_t count) {
  return Nanoseconds(count);
}

StepRecord record(int64_t wait, int64_t forward) {
  StepRecord step;
  step.phases[static_cast<size_t>(Phase::kInputWait)] = ns(wait);
  step.phases[static_cast<size_t>(Phase::kForward)] = ns(forward);
  step.total = ns(wait + forward);
  step.preprocess = PreprocessCost{.wall = ns(wait + 1), .cpu = ns(wait + 2)};
  return step;
}

TEST(StepRecords, SurviveTheJourney) {
  std::vector<StepRecord> steps{record(3, 4), {}};
  steps[0].first_of_epoch = true;
  steps[0].reduction = ReductionCost{.busy = ns(7), .exposed = ns(5), .hidden = ns(2)};
  const std::vector<StepRecord> back = unpack_steps(pack_steps(steps)).value();
  ASSERT_EQ(back.size(), 2U);
  EXPECT_TRUE(back[0].first_of_epoch);
  EXPECT_EQ(back[0].total, ns(7));
  EXPECT_EQ(back[0].phases, steps[0].phases);
  EXPECT_EQ(back[0].preprocess->wall, ns(4));
  EXPECT_EQ(back[0].preprocess->cpu, ns(5));
  EXPECT_EQ(back[0].reduction->busy, ns(7));
  EXPECT_EQ(back[0].reduction->exposed, ns(5));
  EXPECT_EQ(back[0].reduction->hidden, ns(2));
  EXPECT_FALSE(back[1].first_of_epoch);
  EXPECT_EQ(back[1].phases, steps[1].phases) << "absent stays absent";
  EXPECT_FALSE(back[1].preprocess.has_value());
  EXPECT_FALSE(back[1].reduction.has_value());
}

TEST(StepRecords, RefuseBytesThatAreNone) {
  EXPECT_EQ(unpack_steps("abc").status().code(), StatusCode::kCorruptData);
}

TEST(StepRecords, MeansAddUp) {
  const std::vector<std::vector<StepRecord>> ranks{{record(10, 101)}, {record(20, 102)}};
  const std::vector<StepRecord> means = mean_over_ranks(ranks).value();
  ASSERT_EQ(means.size(), 1U);
  EXPECT_EQ(means[0][Phase::kInputWait], ns(15));
  EXPECT_EQ(means[0][Phase::kForward], ns(101));  // rounded down
  EXPECT_EQ(means[0].total, ns(116));
  EXPECT_EQ(means[0].preprocess->cpu, ns(17));
  EXPECT_FALSE(means[0][Phase::kReduction].has_value());
}

TEST(StepRecords, WhatOneRankDidNotDoTookNoTimeThere) {
  std::vector<std::vector<StepRecord>> ranks{{record(10, 100)}, {record(10, 100)}};
  ranks[0][0].phases[static_cast<size_t>(Phase::kOther)] = ns(8);
  EXPECT_EQ(mean_over_ranks(ranks).value()[0][Phase::kOther], ns(4));
}

TEST(StepRecords, RanksMustHaveTheSameSteps) {
  const std::vector<std::vector<StepRecord>> ranks{{record(1, 1)}, {}};
  EXPECT_EQ(mean_over_ranks(ranks).status().message(), "rank 1 measured 0 steps, rank 0 1");
}

}  // namespace
}  // namespace headrace
