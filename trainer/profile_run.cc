#include "headrace/trainer/profile_run.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "headrace/base/machine.h"
#include "headrace/pipeline/image_loader.h"
#include "headrace/trainer/model.h"
#include "headrace/trainer/models.h"
#include "headrace/trainer/optimizer.h"
#include "headrace/trainer/step_records.h"
#include "headrace/trainer/thread_budget.h"
#include "headrace/trainer/torch_runtime.h"
#include "headrace/trainer/torch_status.h"
#include "headrace/trainer/training_step.h"

namespace headrace {
namespace {

using Source = std::shared_ptr<const RecordSource>;

Status check(const ProfileOptions& options) {
  if (options.data.empty()) return invalid_argument("no data to profile");
  if (options.steps < 1) return invalid_argument("steps must be at least 1, not {}", options.steps);
  if (options.warmup_steps < 0) {
    return invalid_argument("warmup steps must not be negative: {}", options.warmup_steps);
  }
  if (options.steps + options.warmup_steps < 2) {
    return invalid_argument(
        "one step without warm-up is the first of an epoch, which is not measured: ask for more");
  }
  if (options.reduction == ReductionMode::kNone) {
    return invalid_argument("reduction must be exclusive or overlapped");
  }
  return {};
}

Result<std::vector<Source>> open_sources(const std::vector<std::string>& data) {
  std::vector<Source> sources;
  for (const std::string& one : data) {
    HEADRACE_ASSIGN_OR_RETURN(sources.emplace_back(), open_record_source(one));
  }
  return sources;
}

// The model's outputs: one for every label that may come.
Result<int> count_classes(const ProfileOptions& options, const std::vector<Source>& sources) {
  int classes = 0;
  for (size_t i = 0; i < sources.size(); ++i) {
    const int named = static_cast<int>(sources[i]->class_names().size());
    if (options.classes > 0 && named > options.classes) {
      return invalid_argument("{} has {} classes, the model {}", options.data[i], named,
                              options.classes);
    }
    classes = std::max(classes, named);
  }
  if (options.classes > 0) return options.classes;
  return classes > 0 ? classes : 1000;
}

// Best effort: without it the peak is the process's so far.
void reset_peak_rss() {
  give_back_memory();  // what the run before freed would count for this one
  std::ofstream("/proc/self/clear_refs") << "5";
}

// Batches without end: epoch after epoch.
class EndlessBatches {
 public:
  static Result<EndlessBatches> open(const Source& source, const ImageLoaderOptions& options) {
    HEADRACE_ASSIGN_OR_RETURN(auto loader, open_image_loader(source, options));
    if (loader->batches_per_epoch() < 2) {
      return invalid_argument(
          "{} records make one step an epoch ({} a rank x {} ranks), and the first step of an "
          "epoch "
          "is not measured: lower the batch size",
          source->size(), options.batch_size, options.ranks);
    }
    return EndlessBatches(std::move(loader));
  }

  // Whether the next batch is the first of an epoch.
  bool at_start() const { return left_ == 0; }

  Result<BatchPtr> next() {
    if (left_ == 0) {
      loader_->start_epoch(epoch_++);
      left_ = loader_->batches_per_epoch();
    }
    HEADRACE_ASSIGN_OR_RETURN(BatchPtr batch, loader_->next());
    if (batch == nullptr) return internal_error("epoch {} ended early", epoch_ - 1);
    --left_;
    return batch;
  }

  const ImageLoader& loader() const { return *loader_; }

 private:
  explicit EndlessBatches(std::unique_ptr<ImageLoader> loader) : loader_(std::move(loader)) {}

  std::unique_ptr<ImageLoader> loader_;
  int64_t epoch_ = 0;
  int64_t left_ = 0;
};

// One DATA under one schedule.
class Run {
 public:
  Run(const ProfileOptions& options, ProcessGroup& group, std::stop_token stop)
      : options_(options), group_(group), stop_(std::move(stop)) {}

  Result<ProfileRun> execute(const std::string& data, const Source& source, Schedule schedule,
                             int classes, const ThreadBudget& threads) {
    run_.data = data;
    run_.format = source->format();
    run_.payload = source->payload();
    run_.schedule = schedule;
    run_.ranks = group_.world_size();
    run_.batch_size = options_.batch_size;
    run_.model = options_.model;
    run_.precision = precision_name(options_.precision);
    run_.threads = threads.model;

    HEADRACE_ASSIGN_OR_RETURN(EndlessBatches batches,
                              EndlessBatches::open(source, loader_options(threads)));
    HEADRACE_RETURN_IF_ERROR(train(batches, classes));
    HEADRACE_RETURN_IF_ERROR(join_ranks());
    run_.loader_threads = batches.loader().threads();
    run_.stages = batches.loader().stage_stats();
    return std::move(run_);
  }

 private:
  ImageLoaderOptions loader_options(const ThreadBudget& threads) const {
    ImageLoaderOptions loader;
    loader.batch_size = options_.batch_size;
    loader.seed = options_.seed;
    loader.rank = group_.rank();
    loader.ranks = group_.world_size();
    loader.transform.size = options_.size;
    loader.threads = threads.loader;
    loader.index = options_.index;
    loader.bad_samples = options_.bad_samples;
    loader.prefetch_batches = run_.schedule == Schedule::kSequential ? 0 : 2;
    return loader;
  }

  Status train(EndlessBatches& batches, int classes) {
    reset_peak_rss();
    seed_weights(options_.seed);
    HEADRACE_ASSIGN_OR_RETURN(const auto model, make_model(options_.model, classes));
    if (options_.channels_last) to_channels_last(*model);
    HEADRACE_ASSIGN_OR_RETURN(
        const auto reducer, GradientReducer::create(model->parameters(), group_,
                                                    {.mode = run_.schedule == Schedule::kSequential
                                                                 ? ReductionMode::kExclusive
                                                                 : options_.reduction}));
    run_.reduction = reducer->mode();
    TrainingStep step(model, make_sgd(model->parameters(), {}), *reducer,
                      {.precision = options_.precision, .channels_last = options_.channels_last});

    StepProfiler warmup;
    HEADRACE_RETURN_IF_ERROR(take_steps(step, batches, warmup, 0, options_.warmup_steps));
    StepProfiler measured;
    HEADRACE_RETURN_IF_ERROR(group_.barrier());
    HEADRACE_RETURN_IF_ERROR(
        take_steps(step, batches, measured, options_.warmup_steps, options_.steps));
    run_.steps = measured.steps();
    return {};
  }

  Status take_steps(TrainingStep& step, EndlessBatches& batches, StepProfiler& profiler, int done,
                    int steps) {
    const int all = options_.warmup_steps + options_.steps;
    for (int i = 0; i < steps; ++i) {
      if (stop_.stop_requested()) return cancelled("stopped after {} of {} steps", done + i, all);
      const Status status = take_step(step, batches, profiler);
      if (!status.ok()) {
        // Another rank may have stopped a step earlier, and its going is all that this one sees.
        if (stop_.stop_requested()) return cancelled("stopped in step {} of {}", done + i + 1, all);
        return status;
      }
      if (options_.progress && group_.rank() == 0) {
        options_.progress(
            {.data = run_.data, .schedule = run_.schedule, .step = done + i + 1, .steps = all});
      }
    }
    return {};
  }

  static Status take_step(TrainingStep& step, EndlessBatches& batches, StepProfiler& profiler) {
    profiler.begin_step(batches.at_start());
    profiler.enter(Phase::kInputWait);
    HEADRACE_ASSIGN_OR_RETURN(BatchPtr batch, batches.next());
    profiler.enter(Phase::kOther);
    profiler.set_preprocess({.wall = batch->preprocess_wall(), .cpu = batch->preprocess_cpu()});
    HEADRACE_RETURN_IF_ERROR(step.run(to_tensors(std::move(batch)), profiler).status());
    profiler.end_step();
    return {};
  }

  Status join_ranks() {
    std::vector<double> peak{static_cast<double>(peak_rss_bytes())};
    HEADRACE_RETURN_IF_ERROR(group_.all_reduce(peak, ReduceOperation::kMax));
    run_.peak_rss_bytes = static_cast<uint64_t>(peak[0]);

    HEADRACE_ASSIGN_OR_RETURN(const auto packed, group_.gather(pack_steps(run_.steps)));
    std::vector<std::vector<StepRecord>> ranks;
    for (const std::string& bytes : packed) {
      HEADRACE_ASSIGN_OR_RETURN(ranks.emplace_back(), unpack_steps(bytes));
    }
    HEADRACE_ASSIGN_OR_RETURN(run_.steps, mean_over_ranks(ranks));
    run_.images_per_second = rate_of_steps(run_);
    return {};
  }

  const ProfileOptions& options_;
  ProcessGroup& group_;
  const std::stop_token stop_;
  ProfileRun run_;
};

}  // namespace

Result<ProfileResult> run_profile(const ProfileOptions& options, ProcessGroup& group,
                                  std::stop_token stop) {
  HEADRACE_RETURN_IF_ERROR(check(options));
  HEADRACE_ASSIGN_OR_RETURN(const std::vector<Source> sources, open_sources(options.data));
  HEADRACE_ASSIGN_OR_RETURN(const int classes, count_classes(options, sources));
  const ThreadBudget threads = thread_budget(available_cores(), group.local_world_size(),
                                             options.threads, options.loader_threads);
  prepare_torch();
  set_model_threads(threads.model);

  ProfileResult result;
  result.environment = current_environment();
  for (size_t i = 0; i < sources.size(); ++i) {
    for (const Schedule schedule : {Schedule::kSequential, Schedule::kPipelined}) {
      const std::string what = fmt::format("{} ({})", options.data[i], schedule_name(schedule));
      HEADRACE_RETURN_IF_ERROR(catch_torch(what, [&]() -> Status {
        Run run(options, group, stop);
        auto finished = run.execute(options.data[i], sources[i], schedule, classes, threads);
        if (!finished.ok()) return finished.status().annotate(what);
        if (group.rank() == 0) result.runs.push_back(*std::move(finished));
        return {};
      }));
    }
  }
  return result;
}

}  // namespace headrace
