#include "headrace/tools/trainer_profile.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headrace/formats/record_source.h"
#include "headrace/report/profile_table.h"
#include "headrace/report/result_json.h"
#include "headrace/tools/choice.h"
#include "headrace/tools/command_line.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/progress.h"
#include "headrace/trainer/models.h"
#include "headrace/trainer/profile_run.h"
#include "headrace/trainer/rank_launcher.h"

namespace headrace {
namespace {

struct ProfileFlags {
  ProfileOptions options;
  int ranks = 1;
  ProfileTableOptions table;
  std::string json;
};

// Ranks are started from the program's first, quiet process: what is wrong with the data is said
// once, and an index that is missing is built once.
Status launch(const ProfileFlags& flags) {
  HEADRACE_RETURN_IF_ERROR(check_model_name(flags.options.model));
  const int64_t global_batch = int64_t{flags.options.batch_size} * flags.ranks;
  for (const std::string& data : flags.options.data) {
    HEADRACE_ASSIGN_OR_RETURN(const auto source, open_record_source(data));
    if (source->size() < 2 * global_batch) {
      return invalid_argument(
          "{}: {} records are less than two steps of {} samples on {} ranks, and the first step of "
          "an "
          "epoch is not measured: lower --batch or --ranks",
          data, source->size(), flags.options.batch_size, flags.ranks);
    }
  }
  return launch_ranks(command_arguments(), {.ranks = flags.ranks, .stop = interrupt_token()});
}

// Shows the steps of one run after the other.
class StepProgress {
 public:
  void show(const ProfileProgress& at) {
    std::string what = fmt::format("{} {}", at.data, schedule_name(at.schedule));
    if (what != what_) {
      what_ = std::move(what);
      progress_.emplace("profile " + what_, "steps", at.steps);
    }
    progress_->set(at.step);
    if (at.step == at.steps) progress_.reset();
  }

 private:
  std::string what_;
  std::optional<Progress> progress_;
};

Status run_rank(ProfileFlags& flags) {
  HEADRACE_ASSIGN_OR_RETURN(const RankEnvironment environment, read_rank_environment());
  HEADRACE_ASSIGN_OR_RETURN(const auto group, ProcessGroup::connect(environment));
  StepProgress steps;
  flags.options.progress = [&](const ProfileProgress& at) { steps.show(at); };
  Result<ProfileResult> result = run_profile(flags.options, *group, interrupt_token());
  if (!result.ok()) {
    return group->world_size() == 1
               ? result.status()
               : result.status().annotate(fmt::format("rank {}", group->rank()));
  }
  if (group->rank() != 0) return Status();
  result->environment.command_line = command_line();
  if (flags.json != "-") fmt::print("{}", profile_table(*result, flags.table));
  return write_json(to_json(*result), flags.json);
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<ProfileFlags>();
  ProfileOptions& options = flags->options;
  app.add_option("DATA", options.data, "Image folders or record files, shown side by side")
      ->required();
  app.add_option("--model", options.model, "resnet18, 34, 50, 101 or 152")->capture_default_str();
  app.add_option("--batch", options.batch_size, "Samples a step, on each rank")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--size", options.size, "Side of the square samples, in pixels")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--steps", options.steps, "Steps to measure, of each DATA and schedule")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--warmup", options.warmup_steps, "Steps before them, not measured")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option(
         "--ranks", flags->ranks,
         "Processes on this machine, started by this one; under torchrun its environment counts")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  add_choice(app, "--reduction", options.reduction,
             {{"exclusive", ReductionMode::kExclusive}, {"overlapped", ReductionMode::kOverlapped}},
             "Of the pipelined schedule; the sequential one's is always exclusive");
  add_choice(app, "--precision", options.precision,
             {{"float32", Precision::kFloat32}, {"bf16", Precision::kBfloat16}},
             "bf16: autocast; weights stay float32");
  add_choice(app, "--layout", options.channels_last,
             {{"channels_last", true}, {"contiguous", false}},
             "Order of the model's pixels and weights");
  app.add_option("--threads", options.threads,
                 "The model's threads, on each rank (default: chosen)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--loader-threads", options.loader_threads,
                 "The loader's threads, on each rank (default: chosen)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--classes", options.classes, "Outputs of the model (default: the data's classes)")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--seed", options.seed, "Of weights, order and augmentation")
      ->check(CLI::Range(uint64_t{0}, kGreatestSeed))
      ->capture_default_str();
  add_bad_sample_flags(app, options.bad_samples);
  add_index_flag(app, options.index);
  app.add_flag("--detail", flags->table.detail, "Show p50 and p95 beside each mean");
  add_json_flag(app, flags->json);
  app.footer(
      "Each DATA is run under two schedules: sequential (nothing overlaps, so the phases are pure) "
      "and\n"
      "pipelined (as in production). docs/phases.md says what each phase holds.\n"
      "Example: headrace profile imagenet/train records/train --model resnet50 --batch 32 --ranks "
      "2");
  return [flags] { return flags->ranks > 1 && !is_rank() ? launch(*flags) : run_rank(*flags); };
}

}  // namespace

const Command kProfileCommand{"profile", "times a training step fed from DATA, phase by phase",
                              configure};

}  // namespace headrace
