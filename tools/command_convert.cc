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
#include "headrace/tools/command.h"
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
  std::string payload = "original";
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
  const double seconds = to_seconds(steady_clock().now() - begin);
  if (flags.json != "-") {
    fmt::print("{} records, {} in {} {}: {}  ({:.1f} s, {}/s, {} threads)\n",
               with_commas(result->records), bytes_text(result->bytes), result->shards,
               result->shards == 1 ? "file" : "files", flags.target, seconds,
               bytes_text(static_cast<uint64_t>(static_cast<double>(result->bytes) / seconds)),
               result->threads);
  }
  const nlohmann::ordered_json json = {{"command", "convert"},       {"source", flags.source},
                                       {"target", flags.target},     {"format", flags.to},
                                       {"payload", flags.payload},   {"records", result->records},
                                       {"bytes", result->bytes},     {"shards", result->shards},
                                       {"threads", result->threads}, {"seconds", seconds}};
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
  app.add_option("--payload", flags->payload,
                 "What a record holds; original: the file's bytes as they are")
      ->check(CLI::IsMember({"original"}))
      ->capture_default_str();
  app.add_option("--shards", flags->options.shards,
                 "Files to make (default: one per 1,251 records, at most 1,024)")
      ->check(CLI::Range(1, 99'999));
  app.add_option("--threads", flags->options.threads,
                 "Shards written at once (default: every core it may use)")
      ->check(CLI::Range(1, 1024));
  add_max_pixels_flag(app, flags->options.decode);
  add_json_flag(app, flags->json);
  app.footer(
      "Order and bytes depend on SRC and --shards only. Nothing is left where it fails or is "
      "stopped.\n"
      "Example: headrace convert imagenet/train records/train --shards 1024");
  return [flags] { return convert(*flags); };
}

}  // namespace

const Command kConvertCommand{"convert", "turns a data set into record files", configure};

}  // namespace headrace
