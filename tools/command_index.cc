// headrace index: the side index of a data set, made complete.
#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

#include "headrace/base/clock.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/build_index.h"
#include "headrace/report/rate.h"
#include "headrace/report/text_table.h"
#include "headrace/tools/command.h"
#include "headrace/tools/index_summary.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/numbers.h"
#include "headrace/tools/progress.h"

namespace headrace {
namespace {

struct IndexFlags {
  std::string data;
  BuildIndexOptions options;
  std::string json;
};

std::string text_of(const BuildIndexResult& result, const RecordSource& source,
                    Nanoseconds elapsed) {
  constexpr size_t kProblemsShown = 10;
  if (result.path.empty()) {
    return fmt::format("{} records carry their index (payload {}): nothing to do\n",
                       with_commas(result.records), source.payload());
  }
  const IndexCounts& counts = result.indexes;
  TextTable table({Align::kLeft, Align::kLeft});
  table.add_row(
      {"indexed", fmt::format("{}  ({:.1f} s, {} pictures/s, {} {})", with_commas(counts.made),
                              to_seconds(elapsed),
                              with_commas(static_cast<int64_t>(
                                  images_per_second(result.looked_at, elapsed).value_or(0))),
                              result.threads, result.threads == 1 ? "thread" : "threads")});
  table.add_row({"already complete", with_commas(counts.kept)});
  if (result.in_records > 0) table.add_row({"in their records", with_commas(result.in_records)});
  if (counts.pictures_without() > 0) {
    table.add_row({"not indexable", fmt::format("{}  ({}); decoded as before",
                                                with_commas(counts.pictures_without()),
                                                reasons_without_index(counts))});
  }
  if (result.damaged > 0) table.add_row({"damaged", with_commas(result.damaged)});
  std::string size;
  if (counts.pictures_with() > 0) {
    size = fmt::format("  ({}, {} bytes a picture)", bytes_text(counts.bytes),
                       with_commas(static_cast<int64_t>(counts.bytes) / counts.pictures_with()));
  }
  table.add_row({"index", result.path + size});
  std::string text = table.to_string();
  for (size_t i = 0; i < std::min(result.problems.size(), kProblemsShown); ++i) {
    text += "bad: " + without_controls(result.problems[i]) + "\n";
  }
  return text;
}

std::string json_of(const BuildIndexResult& result, const RecordSource& source,
                    const IndexFlags& flags, Nanoseconds elapsed) {
  using Json = nlohmann::ordered_json;
  const IndexCounts& counts = result.indexes;
  const int64_t with = counts.pictures_with();
  const auto rate = images_per_second(result.looked_at, elapsed);
  const Json json = {{"command", "index"},
                     {"data", flags.data},
                     {"format", source.format()},
                     {"payload", source.payload()},
                     {"records", result.records},
                     {"looked_at", result.looked_at},
                     {"stopped", result.stopped},
                     {"indexed", counts.made},
                     {"already_complete", counts.kept},
                     {"in_records", result.in_records},
                     {"not_indexable", pictures_without_index(counts)},
                     {"bad_records", result.damaged},
                     {"problems", result.problems},
                     {"path", result.path.empty() ? Json(nullptr) : Json(result.path)},
                     {"index_bytes", counts.bytes},
                     {"index_bytes_per_picture",
                      with > 0 ? Json(static_cast<double>(counts.bytes) / static_cast<double>(with))
                               : Json(nullptr)},
                     {"threads", result.threads},
                     {"seconds", to_seconds(elapsed)},
                     {"images_per_second", rate ? Json(*rate) : Json(nullptr)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status index(IndexFlags& flags) {
  HEADRACE_ASSIGN_OR_RETURN(const auto source, open_record_source(flags.data));
  flags.options.stop = interrupt_token();
  const Nanoseconds begin = steady_clock().now();
  Result<BuildIndexResult> result = internal_error("not run");
  {
    Progress progress("index", "records", source->size());
    flags.options.on_progress = [&](int64_t records) { progress.add(records); };
    result = build_index(*source, flags.options);
  }
  if (!result.ok()) return result.status();
  const Nanoseconds elapsed = steady_clock().now() - begin;
  if (flags.json != "-") fmt::print("{}", text_of(*result, *source, elapsed));
  HEADRACE_RETURN_IF_ERROR(write_json(json_of(*result, *source, flags, elapsed), flags.json));
  if (result->stopped) {
    return cancelled("stopped after {} of {} records; what was done is kept: run it again to go on",
                     with_commas(result->looked_at), with_commas(result->records));
  }
  if (result->damaged == 0) return Status();
  return corrupt_data("{} of {} records are damaged, all others are done; the first is: {}",
                      result->damaged, result->records, result->problems.front());
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<IndexFlags>();
  app.add_option("DATA", flags->data, "Image folder or record files")->required();
  add_every_flag(app, flags->options.every);
  app.add_option("--threads", flags->options.threads, "Workers (default: every core it may use)")
      ->check(CLI::Range(1, 1024));
  add_max_pixels_flag(app, flags->options.decode);
  add_json_flag(app, flags->json);
  app.footer(
      "The index says where the rows of each JPEG begin, so that a crop is decoded without what\n"
      "is above it; the pictures stay as they are. It is one file beside the data, or, where that\n"
      "cannot be written, in the cache folder (HEADRACE_CACHE, else ~/.cache/headrace). Loaders\n"
      "make it by themselves as epochs go by; this makes it complete beforehand. Run again, it\n"
      "does what is missing, or what --every wants finer. Delete it and only speed is lost.\n"
      "Pictures that can have none (PNG, progressive, CMYK ...) are counted; damaged ones are\n"
      "named, and the exit code is 1 once all others are done.\n"
      "Example: headrace index imagenet/train\n"
      "         headrace index records/train --every 8");
  return [flags] { return index(*flags); };
}

}  // namespace

const Command kIndexCommand{
    "index", "makes decoding fast from the first epoch on: finds the rows of every JPEG",
    configure};

}  // namespace headrace
