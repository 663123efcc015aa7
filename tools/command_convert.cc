// headrace convert: a data set into record files.
#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include "headrace/base/clock.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/convert.h"
#include "headrace/tools/choice.h"
#include "headrace/tools/command.h"
#include "headrace/tools/index_summary.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/numbers.h"
#include "headrace/tools/progress.h"

namespace headrace {
namespace {

struct ConvertFlags {
  std::string source;
  std::string target;
  std::string to = "tfrecord";
  ConvertOptions options;
  std::string json;
};

// Records inside an image folder would be taken for one of its classes ever after.
Status check_not_inside(const std::string& target, const std::string& source) {
  std::error_code error;
  const std::filesystem::path from = std::filesystem::canonical(source, error);
  if (error || !std::filesystem::is_directory(from, error)) return Status();  // a glob, a prefix
  const std::filesystem::path to = std::filesystem::weakly_canonical(target, error);
  const auto [end, unused] = std::mismatch(from.begin(), from.end(), to.begin(), to.end());
  if (end != from.end()) return Status();
  return invalid_argument("{} is inside {}, which is being read: name a target elsewhere", target,
                          source);
}

std::string index_text(const IndexCounts& counts) {
  std::string text = fmt::format("{} pictures with their index: {}",
                                 with_commas(counts.pictures_with()), bytes_text(counts.bytes));
  if (counts.kept > 0) text += fmt::format(", {} had one", with_commas(counts.kept));
  if (counts.pictures_without() > 0) {
    text += fmt::format("; {} without, kept as they are ({})",
                        with_commas(counts.pictures_without()), reasons_without_index(counts));
  }
  return text + "\n";
}

Status convert(ConvertFlags& flags) {
  const Nanoseconds begin = steady_clock().now();
  HEADRACE_RETURN_IF_ERROR(check_not_inside(flags.target, flags.source));
  HEADRACE_ASSIGN_OR_RETURN(const auto source, open_record_source(flags.source));
  flags.options.source_name = flags.source;
  flags.options.software = "headrace " HEADRACE_VERSION;
  flags.options.stop = interrupt_token();
  Result<ConvertResult> result = internal_error("not run");
  {
    Progress progress("convert", "records", source->size());
    flags.options.on_progress = [&](int64_t records) { progress.add(records); };
    result = convert_to_tfrecord(*source, flags.target, flags.options);
  }
  if (!result.ok()) return result.status();
  const bool indexed = flags.options.payload == Payload::kIndexed;
  const double seconds = to_seconds(steady_clock().now() - begin);
  if (flags.json != "-") {
    fmt::print("{} records, {} in {} {}: {}  ({:.1f} s, {}/s, {} {})\n",
               with_commas(result->records), bytes_text(result->bytes), result->shards,
               result->shards == 1 ? "file" : "files", flags.target, seconds,
               bytes_text(static_cast<uint64_t>(static_cast<double>(result->bytes) / seconds)),
               result->threads, result->threads == 1 ? "thread" : "threads");
    if (indexed) fmt::print("{}", index_text(result->indexes));
  }
  nlohmann::ordered_json json = {{"command", "convert"},
                                 {"source", flags.source},
                                 {"target", flags.target},
                                 {"format", flags.to},
                                 {"payload", payload_name(flags.options.payload)},
                                 {"records", result->records},
                                 {"bytes", result->bytes},
                                 {"shards", result->shards},
                                 {"threads", result->threads},
                                 {"seconds", seconds}};
  if (indexed) {
    json["indexed"] = result->indexes.made;
    json["already_complete"] = result->indexes.kept;
    json["not_indexable"] = pictures_without_index(result->indexes);
    json["index_bytes"] = result->indexes.bytes;
  }
  return write_json(
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n",
      flags.json);
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<ConvertFlags>();
  app.add_option("SRC", flags->source, "Image folder or record files")->required();
  app.add_option("DST", flags->target, "Folder to make; it appears when everything is in it")
      ->required();
  app.add_option("--to", flags->to, "Record format")
      ->check(CLI::IsMember({"tfrecord"}))
      ->capture_default_str();
  add_choice(
      app, "--payload", flags->options.payload,
      {{"original", Payload::kOriginal}, {"indexed", Payload::kIndexed}},
      "What a record holds; original: the file's bytes as they are; indexed: the same, and "
      "beside them where the rows of a JPEG begin, for decoding crops several times as fast. "
      "Other programs read both alike");
  CLI::Option* const every = add_every_flag(app, flags->options.index_every);
  app.add_option("--shards", flags->options.shards,
                 "Files to make (default: one per 1,251 records, at most 1,024)")
      ->check(CLI::Range(1, 99'999));
  app.add_option("--threads", flags->options.threads,
                 "Shards written at once (default: every core it may use)")
      ->check(CLI::Range(1, 1024));
  add_max_pixels_flag(app, flags->options.decode);
  add_json_flag(app, flags->json);
  app.footer(
      "Order and bytes depend on SRC and the flags, not on --threads. Nothing is left where it\n"
      "fails or is stopped.\n"
      "Example: headrace convert imagenet/train records/train --shards 1024\n"
      "         headrace convert imagenet/train records/train --payload indexed");
  return [flags, every]() -> Status {
    if (every->count() > 0 && flags->options.payload != Payload::kIndexed) {
      return invalid_argument("--every is about indexes: it needs --payload indexed");
    }
    return convert(*flags);
  };
}

}  // namespace

const Command kConvertCommand{"convert", "turns a data set into record files", configure};

}  // namespace headrace
