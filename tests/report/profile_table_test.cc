#include "headrace/report/profile_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "headrace/report/text_table.h"
#include "made_up_result.h"

namespace headrace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A folder and its records, each under both schedules.
ProfileResult made_up_profile() {
  ProfileResult result;
  for (const char* format : {"folder", "tfrecord"}) {
    for (ProfileRun run : {made_up_sequential(), made_up_pipelined()}) {
      run.format = format;
      if (run.format == "tfrecord") {
        run.data = "records/train-*.tfrecord";
        for (StepRecord& step : run.steps) step.preprocess->cpu -= std::chrono::milliseconds(30);
      }
      result.runs.push_back(run);
    }
  }
  result.environment.machine = "A processor, 2 cores";
  result.environment.build = "g++ 12, optimised";
  return result;
}

ProfileResult many_runs(size_t count) {
  ProfileResult result;
  for (size_t i = 0; i < count; ++i) {
    result.runs.push_back(i % 2 == 0 ? made_up_sequential() : made_up_pipelined());
    result.runs.back().data = "/a/folder/with/a/long/path/for/run/" + std::to_string(i);
    result.runs.back().payload = "original";
    result.runs.back().format = "webdataset";
  }
  return result;
}

TEST(ProfileTable, IsThisText) {
  EXPECT_EQ(profile_table(made_up_profile()),
            R"(resnet50, float32, batch 32 x 2 ranks, threads: 1 for the model, 3 for the loader
A processor, 2 cores; g++ 12, optimised

                 imagenet/train   imagenet/train  …s/train-*.tfrecord  …s/train-*.tfrecord
                folder original  folder original    tfrecord original    tfrecord original
                     sequential        pipelined           sequential            pipelined
                      exclusive       overlapped            exclusive           overlapped
ms                   mean     %       mean     %           mean     %           mean     %
──────────────────────────────────────────────────────────────────────────────────────────
preprocess           46.0             23.0                 46.0                 23.0
preprocess CPU       90.0             44.0                 60.0                 14.0
──────────────────────────────────────────────────────────────────────────────────────────
input_wait           48.0  24.0        1.0   0.6           48.0  24.0            1.0   0.6
host_to_device        n/a              n/a                  n/a                  n/a
forward              55.0  27.5       57.0  36.1           55.0  27.5           57.0  36.1
backward             60.0  30.0       70.0  44.3           60.0  30.0           70.0  44.3
rank_wait             4.0   2.0        4.0   2.5            4.0   2.0            4.0   2.5
reduction            12.0   6.0        5.0   3.2           12.0   6.0            5.0   3.2
optimizer             9.0   4.5        9.0   5.7            9.0   4.5            9.0   5.7
other                12.0   6.0       12.0   7.6           12.0   6.0           12.0   7.6
──────────────────────────────────────────────────────────────────────────────────────────
step                200.0 100.0      158.0 100.0          200.0 100.0          158.0 100.0
──────────────────────────────────────────────────────────────────────────────────────────
reduction busy       12.0             14.0                 12.0                 14.0
  exposed            12.0              5.0                 12.0                  5.0
  hidden              0.0              9.0                  0.0                  9.0
first step          900.0            900.0                900.0                900.0
images/s            320.0            405.1                320.0                405.1
steps                   3                3                    3                    3

Preprocessing a batch costs 90.0 ms of CPU time from imagenet/train (folder, original) and 60.0 ms
from records/train-*.tfrecord (tfrecord, original): 1.50 times as much.

Overlapped reduction: 5.00 ms of 14.0 ms stay exposed (36 %); exclusive: 12.0 ms, all of it.
Backward and reduction together take 75.0 ms overlapped and 72.0 ms exclusive: no time won, though
pipelined against sequential, so this is not overlap alone.

Input from imagenet/train, pipelined: the step waits 1.00 ms of 158.0 ms (0.6 %): input is not the
limit.

Input from records/train-*.tfrecord, pipelined: the step waits 1.00 ms of 158.0 ms (0.6 %): input is
not the limit.
)");
}

TEST(ProfileTable, DetailIsThisText) {
  ProfileResult result = made_up_profile();
  result.runs.resize(1);
  EXPECT_EQ(profile_table(result, {.detail = true}),
            R"(resnet50, float32, batch 32 x 2 ranks, threads: 1 for the model, 3 for the loader
A processor, 2 cores; g++ 12, optimised

                                   imagenet/train
                                  folder original
                                       sequential
                                        exclusive
ms                   mean      p50      p95     %
─────────────────────────────────────────────────
preprocess           46.0     46.0     46.0
preprocess CPU       90.0     90.0     90.0
─────────────────────────────────────────────────
input_wait           48.0     48.0     48.0  24.0
host_to_device        n/a      n/a      n/a
forward              55.0     55.0     55.0  27.5
backward             60.0     60.0     60.0  30.0
rank_wait             4.0      4.0      4.0   2.0
reduction            12.0     12.0     12.0   6.0
optimizer             9.0      9.0      9.0   4.5
other                12.0     12.0     21.0   6.0
─────────────────────────────────────────────────
step                200.0    200.0    209.0 100.0
─────────────────────────────────────────────────
reduction busy       12.0     12.0     12.0
  exposed            12.0     12.0     12.0
  hidden              0.0      0.0      0.0
first step          900.0    900.0    900.0
images/s            320.0
steps                   3

Exclusive reduction: the step waits for 12.0 ms, all of it exposed.

Only the sequential schedule ran: its input_wait (48.0 ms) is the whole price of loading; whether
input is the limit shows in the pipelined one.
)");
}

TEST(ProfileTable, SharesAddUpToAHundredAfterRounding) {
  ProfileResult result;
  result.runs = {ProfileRun{}};
  result.runs[0].steps = {made_up_step({7, 7, 7, 7, 7, 7, 7, -1})};  // 14.2857 % each
  int phases = 0;
  int tenths = 0;
  for (const std::string& line : lines_of(profile_table(result))) {
    if (line.find(" 7.00 ") == std::string::npos) continue;
    ++phases;
    tenths += static_cast<int>(std::stod(line.substr(line.rfind(' '))) * 10 + 0.5);
  }
  EXPECT_EQ(phases, 7);
  EXPECT_EQ(tenths, 1000);
}

TEST(ProfileTable, FourRunsFitAndMoreWrapIntoBlocks) {
  for (const size_t count : {1U, 4U, 5U, 9U}) {
    const auto lines = lines_of(profile_table(many_runs(count)));
    size_t blocks = 0;
    for (const std::string& line : lines) {
      EXPECT_LE(display_width(line), 100U) << line;
      if (line.starts_with("step ")) ++blocks;
    }
    EXPECT_EQ(blocks, (count + 3) / 4) << count;
  }
}

TEST(ProfileTable, FitsTheWidthItIsGiven) {
  for (int width = 40; width < 120; ++width) {
    for (const std::string& line : lines_of(profile_table(many_runs(6), {.width = width}))) {
      ASSERT_LE(display_width(line), static_cast<size_t>(width)) << line;
    }
  }
}

TEST(ProfileTable, ANarrowTerminalStillGetsEveryRun) {
  const std::string text = profile_table(many_runs(3), {.width = 10});
  for (const char* name : {"run/0", "run/1", "run/2"}) EXPECT_THAT(text, HasSubstr(name));
}

TEST(ProfileTable, LongPathsLoseTheirBeginning) {
  EXPECT_THAT(profile_table(many_runs(1)), HasSubstr("…ong/path/for/run/0\n"));
}

TEST(ProfileTable, WhatWasNotMeasuredIsNotZero) {
  ProfileResult result;
  result.runs = {ProfileRun{}};
  for (const std::string& line : lines_of(profile_table(result))) {
    if (line.starts_with("forward") || line.starts_with("step ") || line.starts_with("images/s") ||
        line.starts_with("preprocess") || line.starts_with("first step")) {
      EXPECT_THAT(line, HasSubstr("n/a"));
      EXPECT_THAT(line, Not(HasSubstr("0")));
    }
  }
}

TEST(ProfileTable, NamesEveryConfigurationOnce) {
  ProfileResult result = many_runs(3);
  result.runs[2].batch_size = 8;
  const std::string text = profile_table(result);
  EXPECT_THAT(text,
              HasSubstr("resnet50, float32, batch 32 x 2 ranks, threads: 1 for the model, 3"));
  EXPECT_THAT(text, HasSubstr("resnet50, float32, batch 8 x 2 ranks, threads: 1 for the model, 3"));
  EXPECT_EQ(text.find("batch 32"), text.rfind("batch 32"));
}

}  // namespace
}  // namespace headrace
