#include "made_up_result.h"

#include <chrono>

#include "headrace/report/rate.h"

namespace headrace {

using namespace std::chrono_literals;

StepRecord made_up_step(const std::array<double, kPhaseCount>& milliseconds) {
  StepRecord step;
  for (size_t i = 0; i < kPhaseCount; ++i) {
    if (milliseconds[i] < 0) continue;
    step.phases[i] = std::chrono::microseconds(static_cast<int64_t>(milliseconds[i] * 1000));
    step.total += *step.phases[i];
  }
  return step;
}

StageTotals made_up_stage(int64_t count, int64_t failures, Nanoseconds each) {
  StageTotals stage;
  stage.count = count;
  stage.failures = failures;
  for (int64_t i = 0; i < count; ++i) {
    stage.wall.add(each);
    if (i % StageTotals::kCpuEvery == 0) stage.cpu.add(each / 2);
  }
  return stage;
}

namespace {

StageStats made_up_stages() {
  StageStats stages;
  stages.stages[0] = made_up_stage(1000, 1, 100us);
  stages.stages[1] = made_up_stage(999, 0, 10us);
  stages.stages[2] = made_up_stage(999, 2, 1001us);
  stages.stages[3] = made_up_stage(997, 0, 0us);
  stages.input_wait = 40ms;
  stages.input_waits = 20;
  stages.batches_late = 3;
  stages.batches_ahead = 40;
  stages.batches_ready = 25;
  stages.samples = 997;
  auto& pictures = stages.decoder_paths.pictures;
  const auto at = [](auto value) { return static_cast<size_t>(value); };
  pictures[at(DecodePath::kOwnIndexed)][at(DecodeReason::kNone)] = 640;
  pictures[at(DecodePath::kOwn)][at(DecodeReason::kNone)] = 344;
  pictures[at(DecodePath::kLibjpeg)][at(DecodeReason::kProgressive)] = 7;
  pictures[at(DecodePath::kLibjpeg)][at(DecodeReason::kColourSpace)] = 2;
  pictures[at(DecodePath::kLibjpeg)][at(DecodeReason::kData)] = 1;
  pictures[at(DecodePath::kOpencv)][at(DecodeReason::kNotJpeg)] = 3;
  return stages;
}

ProfileRun made_up_run() {
  ProfileRun run;
  run.data = "imagenet/train";
  run.format = "folder";
  run.payload = "original";
  run.ranks = 2;
  run.batch_size = 32;
  run.model = "resnet50";
  run.precision = "float32";
  run.threads = 1;
  run.loader_threads = 3;
  run.peak_rss_bytes = 3 << 20;
  run.stages = made_up_stages();
  StepRecord first = made_up_step({700, -1, 100, 80, 4, 12, 4, 0});
  first.first_of_epoch = true;
  first.preprocess = PreprocessCost{.wall = 5s, .cpu = 9s};
  run.steps.push_back(first);
  return run;
}

}  // namespace

ProfileRun made_up_sequential() {
  ProfileRun run = made_up_run();
  run.schedule = Schedule::kSequential;
  run.reduction = ReductionMode::kExclusive;
  for (const double other : {2., 12., 22.}) {
    StepRecord step = made_up_step({48, -1, 55, 60, 4, 12, 9, other});
    step.preprocess = PreprocessCost{.wall = 46ms, .cpu = 90ms};
    step.reduction = ReductionCost{.busy = 12ms, .exposed = 12ms, .hidden = 0ms};
    run.steps.push_back(step);
  }
  run.images_per_second = rate_of_steps(run);
  return run;
}

ProfileRun made_up_pipelined() {
  ProfileRun run = made_up_run();
  run.schedule = Schedule::kPipelined;
  run.reduction = ReductionMode::kOverlapped;
  for (const double other : {2., 12., 22.}) {
    StepRecord step = made_up_step({1, -1, 57, 70, 4, 5, 9, other});
    step.preprocess = PreprocessCost{.wall = 23ms, .cpu = 44ms};
    step.reduction = ReductionCost{.busy = 14ms, .exposed = 5ms, .hidden = 9ms};
    run.steps.push_back(step);
  }
  run.images_per_second = rate_of_steps(run);
  return run;
}

BenchResult made_up_bench() {
  BenchResult result;
  result.data = "records/train-*.tfrecord";
  result.format = "tfrecord";
  result.payload = "original";
  result.threads = 2;
  result.batch_size = 64;
  result.images = 1280;
  result.epochs = 1.25;
  result.seconds = 2;
  result.images_per_second = images_per_second(1280, 2s);
  result.cpu_seconds_per_1000_images = cpu_seconds_per_1000_images(1280, 3200ms);
  result.peak_rss_bytes = 50 << 20;
  result.stages = made_up_stages();
  result.measuring_per_sample = 5us;
  result.threads_reason = "2 cores: 2 by affinity";
  result.on_error = OnError::kSkip;
  result.bad_samples.by_code[static_cast<size_t>(StatusCode::kNotFound)] = 1;
  result.bad_samples.by_code[static_cast<size_t>(StatusCode::kCorruptData)] = 2;
  result.digest = "0123456789abcdef0123456789abcdef";
  result.environment = {.machine = "A processor, 2 cores",
                        .build = "g++ 12, optimised",
                        .command_line = "headrace bench records",
                        .warning = ""};
  return result;
}

}  // namespace headrace
