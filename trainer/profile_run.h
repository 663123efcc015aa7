// The main job: the same model fed from each data set, every phase of every step on the clock.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/pipeline/bad_samples.h"
#include "headrace/pipeline/index_use.h"
#include "headrace/report/profile_result.h"
#include "headrace/trainer/precision.h"
#include "headrace/trainer/process_group.h"

namespace headrace {

struct ProfileProgress {
  std::string_view data;
  Schedule schedule = Schedule::kSequential;
  int step = 0;   // done, warm-up included
  int steps = 0;  // to do
};

struct ProfileOptions {
  // Behaviour.
  std::vector<std::string> data;  // DATA arguments, at least one
  std::string model = "resnet50";
  int classes = 0;      // 0: the most classes that one of the data sets names; 1000 where none does
  int batch_size = 32;  // per rank
  int size = 224;       // pixels, of the square pictures
  int steps = 20;       // measured, of each DATA and schedule
  int warmup_steps = 3;  // before them; the overlapped reduction has found its buckets after two
  Precision precision = Precision::kFloat32;
  bool channels_last = true;
  ReductionMode reduction = ReductionMode::kOverlapped;  // of the pipelined schedule
  uint64_t seed = 0;                                     // of weights and batches
  BadSampleOptions bad_samples{};                        // the loaders'

  // Performance. Threads of one rank; 0: thread_budget().
  int threads = 0;
  int loader_threads = 0;
  IndexUse index = IndexUse::kGrow;  // the loaders': runs get faster while it grows

  // Called on rank 0 after each step, outside the measured time.
  std::function<void(const ProfileProgress&)> progress{};
};

// Runs each DATA under two schedules, in this order:
//   sequential  the loader works only inside next(), the reduction runs after backward
//   pipelined   two batches ahead of the model, the reduction as in `options.reduction`
// Both with the same threads, each with a new model of the same weights. Where the data end, the
// next epoch begins; its first step is marked.
//
// The result is on rank 0, without runs elsewhere. A run's steps are the means over the ranks, step
// by step (mean_over_ranks); its peak memory is that of the rank with the most, in this run where
// the kernel lets it be reset (/proc/self/clear_refs), so far otherwise; its loader statistics are
// rank 0's, warm-up included. environment.command_line is left to the caller.
//
// Errors: kInvalidArgument, naming the option; what data, loader, model or another rank give,
// annotated with DATA and schedule; kCancelled once `stop` is requested, at the end of the running
// step. Threads: one at a time. Sets the process's torch threads and seed.
Result<ProfileResult> run_profile(const ProfileOptions& options, ProcessGroup& group,
                                  std::stop_token stop = {});

}  // namespace headrace
