#include "headrace/report/profile_reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "made_up_result.h"

namespace headrace {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// `run` with `milliseconds` in `phase` of every step.
ProfileRun with(ProfileRun run, Phase phase, int milliseconds) {
  for (StepRecord& step : run.steps) {
    std::optional<Nanoseconds>& spent = step.phases[static_cast<size_t>(phase)];
    step.total -= spent.value_or(0ns);
    spent = std::chrono::milliseconds(milliseconds);
    step.total += *spent;
  }
  return run;
}

ProfileRun with_cpu(ProfileRun run, int milliseconds) {
  for (StepRecord& step : run.steps) step.preprocess->cpu = std::chrono::milliseconds(milliseconds);
  return run;
}

ProfileRun from_records(ProfileRun run) {
  run.data = "records";
  run.format = "tfrecord";
  return run;
}

std::vector<std::string> read(std::vector<ProfileRun> runs) {
  return read_profile({.runs = std::move(runs), .environment = {}});
}

TEST(ProfileReading, ComparesWhatPreprocessingCosts) {
  const auto sentence =
      "Preprocessing a batch costs 90.0 ms of CPU time from imagenet/train (folder, original) and "
      "30.0 ms from records (tfrecord, original): 3.00 times as much.";
  const ProfileRun cheap = from_records(with_cpu(made_up_sequential(), 30));
  EXPECT_THAT(read({made_up_sequential(), cheap}), Contains(sentence));
  EXPECT_THAT(read({cheap, made_up_sequential()}), Contains(sentence)) << "in any order";
}

TEST(ProfileReading, CallsASmallDifferenceNone) {
  EXPECT_THAT(
      read({made_up_sequential(), from_records(with_cpu(made_up_sequential(), 87))}),
      Contains("Preprocessing a batch costs 90.0 ms of CPU time from imagenet/train (folder, "
               "original) and 87.0 ms from records (tfrecord, original): no difference to "
               "speak of."));
}

TEST(ProfileReading, DoesNotCompareOneDataWithItself) {
  EXPECT_THAT(read({made_up_sequential(), made_up_pipelined()}),
              Each(Not(HasSubstr("Preprocessing"))));
  EXPECT_THAT(read({made_up_sequential(), from_records(made_up_pipelined())}),
              Each(Not(HasSubstr("Preprocessing"))))
      << "nor one schedule with the other";
}

TEST(ProfileReading, SaysWhatOverlapWins) {
  ProfileRun exclusive = made_up_sequential();
  exclusive.schedule = Schedule::kPipelined;
  const ProfileRun overlapped = with(made_up_pipelined(), Phase::kBackward, 61);
  EXPECT_THAT(
      read({exclusive, overlapped}),
      Contains("Overlapped reduction: 5.00 ms of 14.0 ms stay exposed (36 %); exclusive: "
               "12.0 ms, all of it. Backward and reduction together take 66.0 ms overlapped "
               "and 72.0 ms exclusive: 6.00 ms less."));
}

TEST(ProfileReading, SaysWhenOverlapWinsNothing) {
  ProfileRun exclusive = made_up_sequential();
  exclusive.schedule = Schedule::kPipelined;
  EXPECT_THAT(
      read({exclusive, made_up_pipelined()}),
      Contains(HasSubstr("take 75.0 ms overlapped and 72.0 ms exclusive: overlapping won no "
                         "time here.")));
}

TEST(ProfileReading, DoesNotCreditOverlapWithWhatTheScheduleMayHaveDone) {
  EXPECT_THAT(read({made_up_sequential(), made_up_pipelined()}),
              Contains(HasSubstr("exclusive: no time won, though pipelined against sequential, so "
                                 "this is not overlap alone.")));
  EXPECT_THAT(read({made_up_sequential(), with(made_up_pipelined(), Phase::kBackward, 50)}),
              Contains(HasSubstr("exclusive: 17.0 ms less, though pipelined against sequential, so "
                                 "this is not overlap alone.")));
}

TEST(ProfileReading, PrefersTheExclusiveRunOfTheSameSchedule) {
  ProfileRun exclusive = with(made_up_sequential(), Phase::kReduction, 17);
  exclusive.schedule = Schedule::kPipelined;
  const auto sentences = read({made_up_sequential(), exclusive, made_up_pipelined()});
  EXPECT_THAT(sentences, Contains(AllOf(HasSubstr("exclusive: 17.0 ms, all of it"),
                                        Not(HasSubstr("though pipelined")))));
}

TEST(ProfileReading, OneModeAloneIsNotCompared) {
  EXPECT_THAT(read({made_up_sequential()}),
              Contains("Exclusive reduction: the step waits for 12.0 ms, all of it exposed."));
  EXPECT_THAT(read({made_up_pipelined()}),
              Contains("Overlapped reduction: 5.00 ms of 14.0 ms stay exposed (36 %)."));
}

TEST(ProfileReading, SaysWhetherInputIsTheLimit) {
  EXPECT_THAT(read({made_up_pipelined()}),
              Contains("Input from imagenet/train, pipelined: the step waits 1.00 ms of 158.0 ms "
                       "(0.6 %): input is not the limit."));
  EXPECT_THAT(read({with(made_up_pipelined(), Phase::kInputWait, 8)}),
              Contains(HasSubstr(
                  "(4.8 %): input holds this step up a little; its other phases take 157.0 ms.")));
  EXPECT_THAT(read({with(made_up_pipelined(), Phase::kInputWait, 157)}),
              Contains(HasSubstr("157.0 ms of 314.0 ms (50.0 %): input limits this step; its other "
                                 "phases take 157.0 ms.")));
}

TEST(ProfileReading, TheSequentialScheduleCannotTell) {
  EXPECT_THAT(read({made_up_sequential()}),
              Contains(HasSubstr("its input_wait (48.0 ms) is the whole price of loading")));
}

TEST(ProfileReading, SaysAtMostFourThings) {
  EXPECT_THAT(read({made_up_sequential(), made_up_pipelined(), from_records(made_up_sequential()),
                    from_records(made_up_pipelined()), made_up_pipelined()}),
              SizeIs(4));
}

TEST(ProfileReading, IsSilentWhereNothingWasMeasured) {
  EXPECT_THAT(read({}), IsEmpty());
  EXPECT_THAT(read({ProfileRun{}, ProfileRun{}}), IsEmpty());
  ProfileRun run;
  run.schedule = Schedule::kPipelined;
  run.reduction = ReductionMode::kOverlapped;
  EXPECT_THAT(read({run}), IsEmpty());
  run.reduction = ReductionMode::kExclusive;
  EXPECT_THAT(read({run}), IsEmpty());
}

}  // namespace
}  // namespace headrace
