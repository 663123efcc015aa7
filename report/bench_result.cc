#include "headrace/report/bench_result.h"

#include <fmt/core.h>

#include "headrace/report/decoder_paths.h"
#include "headrace/report/stage_table.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

std::string number_or_na(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "n/a";
}

}  // namespace

std::string bench_text(const BenchResult& result) {
  std::string text =
      fmt::format("{} ({}, {}), {}batch {}, {} {}\n{}; {}\n", without_controls(result.data),
                  result.format, result.payload, result.decode == "fast" ? "fast decoding, " : "",
                  result.batch_size, result.threads, result.threads == 1 ? "thread" : "threads",
                  result.environment.machine, result.environment.build);
  if (!result.threads_reason.empty()) {
    text += fmt::format("threads: {}\n", result.threads_reason);
  }
  if (!result.environment.warning.empty()) {
    text += fmt::format("warning: {}\n", result.environment.warning);
  }
  TextTable figures({Align::kLeft, Align::kRight});
  figures.add_row({"images/s", number_or_na(result.images_per_second, 1)});
  figures.add_row({"images", fmt::format("{}", result.images)});
  figures.add_row({"epochs", fmt::format("{:.2f}", result.epochs)});
  figures.add_row({"seconds", fmt::format("{:.2f}", result.seconds)});
  figures.add_row({"CPU s / 1000 images", number_or_na(result.cpu_seconds_per_1000_images, 3)});
  figures.add_row(
      {"peak memory, MiB",
       result.peak_rss_bytes == 0
           ? "n/a"
           : fmt::format("{:.1f}", static_cast<double>(result.peak_rss_bytes) / (1 << 20))});
  text += '\n';
  text += figures.to_string();
  if (result.digest) text += fmt::format("digest  {}\n", *result.digest);
  text += '\n';
  text += stage_table(result.stages);
  if (const std::string waiting = waiting_text(result.stages); !waiting.empty()) {
    text += "\nwaiting: " + waiting + "\n";
  }
  if (result.measuring_per_sample.count() > 0 && result.cpu_seconds_per_1000_images) {
    const double cost = to_seconds(result.measuring_per_sample);
    text += fmt::format("measuring: {:.1f} us a sample, {:.2f} % of its CPU time\n", cost * 1e6,
                        cost * 1000 / *result.cpu_seconds_per_1000_images * 100);
  }
  const std::string decoders = decoder_paths_text(result.stages.decoder_paths);
  if (!decoders.empty()) text += fmt::format("\ndecoders: {}\n", decoders);
  if (result.bad_samples.total() > 0) {
    text += fmt::format("bad samples ({}): {}\n", on_error_name(result.on_error),
                        result.bad_samples.text());
  }
  return text;
}

}  // namespace headrace
