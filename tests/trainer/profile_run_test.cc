#include "headrace/trainer/profile_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headrace/trainer/torch_runtime.h"
#include "rank_test.h"

namespace headrace {
namespace {

using testing::HasSubstr;

const std::string kVal = HEADRACE_TEST_DATA "/sign-digits/val";  // 201 pictures of 10 classes

ProfileOptions small_options() {
  ProfileOptions options;
  options.data = {kVal};
  options.model = "resnet18";
  options.batch_size = 8;
  options.size = 32;
  options.steps = 3;
  options.warmup_steps = 2;
  options.threads = 1;
  options.loader_threads = 1;
  return options;
}

Result<ProfileResult> run_alone(const ProfileOptions& options, std::stop_token stop = {}) {
  const auto group = ProcessGroup::connect({}).value();
  return run_profile(options, *group, std::move(stop));
}

void check_steps(const ProfileRun& run, int steps) {
  ASSERT_EQ(run.steps.size(), static_cast<size_t>(steps));
  for (const StepRecord& step : run.steps) {
    Nanoseconds sum{0};
    for (const auto& phase : step.phases) sum += phase.value_or(Nanoseconds{0});
    EXPECT_EQ(sum, step.total);
    for (const Phase phase : {Phase::kInputWait, Phase::kHostToDevice, Phase::kForward,
                              Phase::kBackward, Phase::kOptimizer, Phase::kOther}) {
      EXPECT_GT(step[phase].value_or(Nanoseconds{0}), Nanoseconds{0}) << phase_name(phase);
    }
    ASSERT_TRUE(step.preprocess.has_value());
    EXPECT_GT(step.preprocess->cpu, Nanoseconds{0});
    EXPECT_EQ(step[Phase::kRankWait].has_value(), run.ranks > 1);
    EXPECT_EQ(step[Phase::kReduction].has_value(), run.ranks > 1);
    EXPECT_EQ(step.reduction.has_value(), run.ranks > 1);
  }
}

TEST(ProfileRun, RunsEachDataUnderBothSchedules) {
  ProfileOptions options = small_options();
  options.data = {kVal, "folder:" + kVal};
  int calls = 0;
  options.progress = [&](const ProfileProgress& progress) {
    EXPECT_EQ(progress.steps, 5);
    EXPECT_EQ(progress.step, calls % 5 + 1);
    ++calls;
  };
  const ProfileResult result = run_alone(options).value();
  EXPECT_EQ(calls, 20);
  ASSERT_EQ(result.runs.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    const ProfileRun& run = result.runs[i];
    EXPECT_EQ(run.data, options.data[i / 2]);
    EXPECT_EQ(run.format, "folder");
    EXPECT_EQ(run.payload, "original");
    EXPECT_EQ(run.schedule, i % 2 == 0 ? Schedule::kSequential : Schedule::kPipelined);
    EXPECT_EQ(run.reduction, ReductionMode::kNone);
    EXPECT_EQ(run.ranks, 1);
    EXPECT_EQ(run.batch_size, 8);
    EXPECT_EQ(run.model, "resnet18");
    EXPECT_EQ(run.precision, "float32");
    EXPECT_EQ(run.threads, 1);
    EXPECT_EQ(run.loader_threads, 1);
    EXPECT_GT(run.images_per_second.value(), 0);
    EXPECT_GT(run.peak_rss_bytes, uint64_t{50} << 20);
    EXPECT_GE(run.stages.samples, 5 * 8);
    check_steps(run, 3);
  }
  // In step with the model, the loader's work is waited for in full.
  for (const StepRecord& step : result.runs[0].steps) {
    EXPECT_GE(step[Phase::kInputWait].value(), step.preprocess->wall);
  }
}

TEST(ProfileRun, GoesOnIntoTheNextEpochAndMarksIt) {
  ProfileOptions options = small_options();
  options.batch_size = 96;  // two batches an epoch
  options.size = 8;
  options.warmup_steps = 1;
  options.steps = 4;
  for (const ProfileRun& run : run_alone(options).value().runs) {
    check_steps(run, 4);
    std::vector<bool> firsts;
    for (const StepRecord& step : run.steps) firsts.push_back(step.first_of_epoch);
    EXPECT_EQ(firsts, (std::vector<bool>{false, true, false, true}));
  }
}

TEST(ProfileRun, TwoRanksReduce) {
  if (is_rank()) {
    as_rank([] {
      const auto group = ProcessGroup::connect(read_rank_environment().value()).value();
      const ProfileResult result = run_profile(small_options(), *group).value();
      if (group->rank() != 0) {
        EXPECT_TRUE(result.runs.empty());
        return;
      }
      ASSERT_EQ(result.runs.size(), 2U);
      EXPECT_EQ(result.runs[0].reduction, ReductionMode::kExclusive);
      EXPECT_EQ(result.runs[1].reduction, ReductionMode::kOverlapped);
      for (const ProfileRun& run : result.runs) {
        EXPECT_EQ(run.ranks, 2);
        check_steps(run, 3);
        // Both ranks' images count.
        Nanoseconds elapsed{0};
        for (const StepRecord& step : run.steps) elapsed += step.total;
        EXPECT_NEAR(run.images_per_second.value(), 3 * 2 * 8 / to_seconds(elapsed), 1e-6);
      }
    });
  }
  EXPECT_EQ(run_this_test_as_ranks({.ranks = 2}).message(), "");
}

TEST(ProfileRun, StopsAtTheEndOfAStep) {
  ProfileOptions options = small_options();
  std::stop_source stop;
  options.progress = [&](const ProfileProgress& progress) {
    EXPECT_LE(progress.step, 2);
    if (progress.step == 2) stop.request_stop();
  };
  const Status status = run_alone(options, stop.get_token()).status();
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  EXPECT_THAT(status.message(), HasSubstr("(sequential): stopped after 2 of 5 steps"));
}

TEST(ProfileRun, NamesWhatIsWrong) {
  const auto message = [](const std::function<void(ProfileOptions&)>& change) {
    ProfileOptions options = small_options();
    change(options);
    return run_alone(options).status().message();
  };
  EXPECT_EQ(message([](ProfileOptions& o) { o.data.clear(); }), "no data to profile");
  EXPECT_EQ(message([](ProfileOptions& o) { o.steps = 0; }), "steps must be at least 1, not 0");
  EXPECT_EQ(message([](ProfileOptions& o) { o.warmup_steps = -1; }),
            "warmup steps must not be negative: -1");
  EXPECT_THAT(message([](ProfileOptions& o) { o.reduction = ReductionMode::kNone; }),
              HasSubstr("exclusive or overlapped"));
  EXPECT_EQ(message([](ProfileOptions& o) { o.classes = 9; }),
            kVal + " has 10 classes, the model 9");
  EXPECT_THAT(message([](ProfileOptions& o) { o.model = "resnet20"; }),
              HasSubstr("(sequential): unknown model \"resnet20\""));
  EXPECT_THAT(message([](ProfileOptions& o) { o.data = {"/no/such/place"}; }),
              HasSubstr("/no/such/place"));
  EXPECT_THAT(message([](ProfileOptions& o) { o.batch_size = 300; }),
              HasSubstr("201 records, less than one global batch of 300"));
}

}  // namespace
}  // namespace headrace
