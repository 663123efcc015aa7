// headrace bench: the loader alone, without a model.
#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

#include "headrace/base/machine.h"
#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/image_loader.h"
#include "headrace/pipeline/sample_worker.h"
#include "headrace/report/bench_result.h"
#include "headrace/report/rate.h"
#include "headrace/report/result_json.h"
#include "headrace/report/text_table.h"
#include "headrace/tools/command.h"
#include "headrace/tools/command_line.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/progress.h"

namespace headrace {
namespace {

struct BenchFlags {
  std::string data;
  ImageLoaderOptions loader{.batch_size = 64};
  double seconds = 5;
  int epochs = 0;
  bool digest = false;
  std::string json;
};

// Takes batches until a limit is reached and counts what they were.
class Measurement {
 public:
  Measurement(ImageLoader& loader, BatchDigest* digest) : loader_(loader), digest_(digest) {}

  // Runs whole epochs, the first of them `first`.
  Status run_epochs(int64_t first, int count) {
    for (int64_t epoch = first; epoch < first + count; ++epoch) {
      HEADRACE_RETURN_IF_ERROR(run_epoch(epoch, std::nullopt));
    }
    return Status();
  }

  // Runs epoch after epoch until the time is over.
  Status run_seconds(int64_t first, double seconds) {
    const Nanoseconds end = steady_clock().now() + std::chrono::duration_cast<Nanoseconds>(
                                                       std::chrono::duration<double>(seconds));
    for (int64_t epoch = first; steady_clock().now() < end; ++epoch) {
      HEADRACE_RETURN_IF_ERROR(run_epoch(epoch, end));
    }
    return Status();
  }

  int64_t images() const { return images_; }
  void report_to(Progress* progress) { progress_ = progress; }

 private:
  Status run_epoch(int64_t epoch, std::optional<Nanoseconds> end) {
    loader_.start_epoch(epoch);
    while (!end || steady_clock().now() < *end) {
      if (interrupt_token().stop_requested()) return cancelled("stopped");
      HEADRACE_ASSIGN_OR_RETURN(const BatchPtr batch, loader_.next());
      if (batch == nullptr) return Status();
      images_ += batch->size();
      if (digest_ != nullptr) digest_->add(*batch);
      if (progress_ != nullptr) progress_->set(images_);
    }
    return Status();
  }

  ImageLoader& loader_;
  BatchDigest* const digest_;
  Progress* progress_ = nullptr;
  int64_t images_ = 0;
};

// Where the side index is, or why it does not grow. Empty where none is wanted.
std::string index_text(const ImageLoader& loader) {
  const Status status = loader.index_status();
  if (status.ok()) return fmt::format("index: {}\n", without_controls(loader.index_path()));
  if (status.code() == StatusCode::kInvalidArgument) return "";
  return fmt::format("index: does not grow: {}\n", without_controls(status.message()));
}

Status bench(const BenchFlags& flags) {
  ImageLoaderOptions options = flags.loader;
  if (flags.epochs > 0) options.last_epoch = flags.epochs - 1;
  HEADRACE_ASSIGN_OR_RETURN(const auto loader, open_image_loader(flags.data, options));
  std::optional<BatchDigest> digest;
  if (flags.digest) digest.emplace();

  // A digest is of epochs 0, 1, ...: nothing may be taken out of them to warm up. Otherwise
  // buffers, page cache and tables are warm before the clock starts.
  if (flags.epochs == 0) {
    Measurement warm_up(*loader, nullptr);
    HEADRACE_RETURN_IF_ERROR(warm_up.run_seconds(0, flags.seconds / 5));
  }
  const StageStats before = loader->stage_stats();
  Measurement measured(*loader, digest ? &*digest : nullptr);
  const int64_t per_epoch = loader->batches_per_epoch() * flags.loader.batch_size;
  const Nanoseconds begin = steady_clock().now();
  const Nanoseconds cpu_begin = process_cpu_time();
  {
    Progress progress("bench", "images",
                      std::min(per_epoch, loader->source().size()) * flags.epochs);
    measured.report_to(&progress);
    HEADRACE_RETURN_IF_ERROR(flags.epochs > 0 ? measured.run_epochs(0, flags.epochs)
                                              : measured.run_seconds(1, flags.seconds));
  }
  const Nanoseconds elapsed = steady_clock().now() - begin;
  const Nanoseconds cpu = process_cpu_time() - cpu_begin;
  StageStats stages = loader->stage_stats();
  stages.subtract(before);

  BenchResult result{
      .data = flags.data,
      .format = std::string(loader->source().format()),
      .payload = std::string(loader->source().payload()),
      .decode = std::string(decode_accuracy_name(flags.loader.decode.accuracy)),
      .threads = loader->threads(),
      .threads_reason = flags.loader.threads == 0 ? core_budget().text() : "",
      .batch_size = flags.loader.batch_size,
      .images = measured.images(),
      .epochs =
          static_cast<double>(measured.images()) / static_cast<double>(loader->source().size()),
      .seconds = to_seconds(elapsed),
      .images_per_second = images_per_second(measured.images(), elapsed),
      .cpu_seconds_per_1000_images = cpu_seconds_per_1000_images(measured.images(), cpu),
      .peak_rss_bytes = peak_rss_bytes(),
      .stages = stages,
      .measuring_per_sample = SampleWorker::cost_of_measuring(),
      .on_error = flags.loader.bad_samples.on_error,
      .bad_samples = loader->bad_samples(),
      .digest = std::nullopt,
      .environment = current_environment(command_line())};
  if (digest) result.digest = digest->hex();
  if (flags.json != "-") fmt::print("{}{}", bench_text(result), index_text(*loader));
  return write_json(to_json(result), flags.json);
}

// CLI::Range lets "nan" pass.
std::string check_seconds(const std::string& text) {
  double seconds = 0;
  const bool good = CLI::detail::lexical_cast(text, seconds) && seconds > 0 && seconds <= 1e6;
  return good ? std::string() : text + " is no number of seconds above 0 and up to 1000000";
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<BenchFlags>();
  app.add_option("DATA", flags->data, "Image folder or record files")->required();
  app.add_option("--batch", flags->loader.batch_size, "Samples a batch")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  app.add_option("--threads", flags->loader.threads,
                 "Workers (default: every core it may use, by affinity, cgroup quota and ranks)")
      ->check(CLI::Range(1, 1024));
  app.add_option("--prefetch", flags->loader.prefetch_batches,
                 "Batches ahead of the consumer; 0: work only while it waits")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  CLI::Option* const seconds =
      app.add_option("--seconds", flags->seconds, "Measure so long, after a fifth of it to warm up")
          ->check(check_seconds)
          ->capture_default_str();
  app.add_option("--epochs", flags->epochs,
                 "Measure whole epochs from the first on, without warm-up")
      ->check(CLI::Range(1, 1'000'000))
      ->excludes(seconds);
  app.add_flag("--digest", flags->digest,
               "Print a digest of every id, label and pixel: the same for any number of threads; "
               "needs --epochs, or takes 1")
      ->excludes(seconds);
  add_sample_flags(app, flags->loader);
  add_tail_flag(app, flags->loader.tail);
  add_bad_sample_flags(app, flags->loader.bad_samples);
  add_json_flag(app, flags->json);
  app.footer(
      "Example: headrace bench imagenet/train --threads 8 --seconds 10\n"
      "         headrace bench records --epochs 2 --digest");
  return [flags] {
    if (flags->digest && flags->epochs == 0) flags->epochs = 1;
    return bench(*flags);
  };
}

}  // namespace

const Command kBenchCommand{"bench", "measures the loader alone: images/s, CPU, stages, memory",
                            configure};

}  // namespace headrace
