#include "headrace/report/bench_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "headrace/report/decoder_paths.h"
#include "headrace/report/stage_table.h"
#include "made_up_result.h"

namespace headrace {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BenchText, IsThisText) {
  EXPECT_EQ(bench_text(made_up_bench()),
            R"(records/train-*.tfrecord (tfrecord, original), batch 64, 2 threads
A processor, 2 cores; g++ 12, optimised
threads: 2 cores: 2 by affinity

images/s             640.0
images                1280
epochs                1.25
seconds               2.00
CPU s / 1000 images  2.500
peak memory, MiB      50.0
digest  0123456789abcdef0123456789abcdef

stage    samples  failures  mean us    p50    p90    p99  CPU us  share %
─────────────────────────────────────────────────────────────────────────
read        1000         1    100.0  100.4  100.4  100.4    50.0      9.0
peek         999         0     10.0   10.0   10.0   10.0     5.0      0.9
decode       999         2   1001.0  999.4  999.4  999.4   500.5     90.1
augment      997         0      0.0    0.1    0.1    0.1     0.0      0.0

waiting: 2.00 ms a batch; 3 of 20 were not ready when asked for; of 2.0 in work, 1.2 were
measuring: 5.0 us a sample, 0.20 % of its CPU time

decoders: own, indexed 640; own 344; libjpeg 10 (7 progressive, 2 colour space, 1 damaged data); opencv 3
bad samples (skip): 1 not found, 2 corrupt data
)");
}

TEST(BenchText, WhatWasNotMeasuredIsNotZero) {
  const std::string text = bench_text(BenchResult{});
  EXPECT_THAT(text, HasSubstr("images/s              n/a\n"));
  EXPECT_THAT(text, HasSubstr("CPU s / 1000 images   n/a\n"));
  EXPECT_THAT(text, HasSubstr("peak memory, MiB      n/a\n"));
  EXPECT_THAT(text, Not(HasSubstr("digest")));
  EXPECT_THAT(text, Not(HasSubstr("decoders")));
  EXPECT_THAT(text,
              HasSubstr("decode         0         0      n/a  n/a  n/a  n/a     n/a      n/a\n"));
}

TEST(BenchText, ShoutsWhenMisbuilt) {
  BenchResult result = made_up_bench();
  result.environment.warning = "built without optimisation";
  EXPECT_THAT(bench_text(result), HasSubstr("\nwarning: built without optimisation\n"));
}

TEST(DecoderPaths, SayWhatWasChosen) {
  DecodePathCounts counts;
  EXPECT_EQ(decoder_paths_text(counts), "");
  counts.count(DecodePath::kOpencv, DecodeReason::kChosen);
  counts.count(DecodePath::kOpencv, DecodeReason::kNotJpeg);
  counts.count(DecodePath::kOpencv, DecodeReason::kNotJpeg);
  EXPECT_EQ(decoder_paths_text(counts), "opencv 3 (1 chosen)");
}

TEST(StageTable, GoesToMillisecondsForSlowStages) {
  StageStats stages;
  stages.stages[0] = made_up_stage(2, 0, 5ms);
  stages.stages[2] = made_up_stage(2, 0, 15ms);
  EXPECT_THAT(stage_table(stages), HasSubstr("decode         2         0    15.00  "));
  EXPECT_THAT(stage_table(stages), HasSubstr("mean ms"));
}

}  // namespace
}  // namespace headrace
