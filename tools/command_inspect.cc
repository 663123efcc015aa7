// headrace inspect: what a data set is, or one sample of it.
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/storage.h"
#include "headrace/report/decoder_paths.h"
#include "headrace/report/text_table.h"
#include "headrace/tools/command.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/numbers.h"
#include "headrace/tools/progress.h"

namespace headrace {
namespace {

using Json = nlohmann::ordered_json;

struct InspectFlags {
  std::string data;
  int64_t look = 2000;
  int64_t sample = -1;
  std::string out;
  std::string json;
};

struct Range {
  int64_t least = std::numeric_limits<int64_t>::max();
  int64_t greatest = 0;
  int64_t sum = 0;
  void add(int64_t value) {
    least = std::min(least, value);
    greatest = std::max(greatest, value);
    sum += value;
  }
};

// What was seen in the records looked at.
struct Survey {
  int64_t looked_at = 0;
  int64_t pictures = 0;  // of these, with a readable header
  std::map<std::string, int64_t> formats;
  int64_t with_index = 0;          // in their record
  DecodePathCounts decoder_paths;  // that a loader would take, as far as headers tell
  std::map<int64_t, int64_t> labels;
  Range width;
  Range height;
  Range bytes;
  std::vector<std::string> problems;  // the first kProblemsShown
  int64_t problem_count = 0;

  static constexpr size_t kProblemsShown = 10;
  void add_problem(const Status& status) {
    ++problem_count;
    if (problems.size() < kProblemsShown) problems.push_back(status.message());
  }
};

// Reads `look` records spread evenly over the data set, and their headers.
Result<Survey> survey(const RecordSource& source, int64_t look) {
  Survey seen;
  Record record;
  ImageDecoder decoder;
  const int64_t count = std::min(look, source.size());
  Progress progress("inspect", "records", count);
  for (int64_t i = 0; i < count; ++i) {
    if (interrupt_token().stop_requested()) return cancelled("stopped");
    const int64_t index = source.size() / count * i + source.size() % count * i / count;
    progress.set(++seen.looked_at);
    if (const Status read = source.read(record, index); !read.ok()) {
      seen.add_problem(read);
      continue;
    }
    ++seen.labels[record.label];
    seen.bytes.add(static_cast<int64_t>(record.image.size()));
    const Result<ImageInfo> info = decoder.peek(record.image.view());
    if (!info.ok()) {
      seen.add_problem(info.status().annotate(source.locate(index)));
      continue;
    }
    ++seen.pictures;
    if (record.jpeg_index.size() != 0) ++seen.with_index;
    ++seen.formats[std::string(image_format_name(info->format))];
    if (const auto route = decoder.route_of(record.image.view()); route.ok()) {
      seen.decoder_paths.count(route->path, route->reason);
    }
    seen.width.add(info->width);
    seen.height.add(info->height);
  }
  return seen;
}

std::string class_name(const RecordSource& source, int64_t label) {
  const auto& names = source.class_names();
  const bool known = label >= 0 && static_cast<size_t>(label) < names.size();
  return known ? names[static_cast<size_t>(label)] : std::to_string(label);
}

std::string range_text(const Range& range, int64_t count) {
  return fmt::format("{} to {}, mean {}", with_commas(range.least), with_commas(range.greatest),
                     with_commas(range.sum / count));
}

std::string text_of(const RecordSource& source, const Survey& seen, const std::string& data) {
  TextTable table({Align::kLeft, Align::kLeft});
  table.add_row({"data", data});
  table.add_row({"format", fmt::format("{}, payload {}", source.format(), source.payload())});
  table.add_row({"records", with_commas(source.size())});
  const size_t classes =
      source.class_names().empty() ? seen.labels.size() : source.class_names().size();
  table.add_row(
      {"classes", source.class_names().empty()
                      ? fmt::format("{} labels met; the data set does not name them", classes)
                      : with_commas(static_cast<int64_t>(classes))});
  table.add_row(
      {"looked at", fmt::format("{} records, evenly spread", with_commas(seen.looked_at))});
  for (const auto& [name, count] : seen.formats) {
    table.add_row({"  " + name, with_commas(count)});
  }
  if (seen.pictures > 0) {
    table.add_row({"  width", range_text(seen.width, seen.pictures)});
    table.add_row({"  height", range_text(seen.height, seen.pictures)});
    table.add_row({"  bytes", range_text(seen.bytes, seen.pictures)});
    table.add_row({"  decoders", decoder_paths_text(seen.decoder_paths)});
    if (seen.with_index > 0 || source.payload() == "indexed") {
      table.add_row(
          {"  with index", fmt::format("{} in their records", with_commas(seen.with_index))});
    }
  }
  constexpr int kClassesShown = 20;
  int shown = 0;
  for (const auto& [label, count] : seen.labels) {
    if (shown++ == kClassesShown) {
      table.add_row({"  ...", fmt::format("{} classes more", seen.labels.size() - kClassesShown)});
      break;
    }
    table.add_row({fmt::format("  class {}", label),
                   fmt::format("{}  {}", with_commas(count), class_name(source, label))});
  }
  std::string text = table.to_string();
  for (const std::string& problem : seen.problems) {
    text += "bad: " + without_controls(problem) + "\n";
  }
  return text;
}

Json json_of(const Range& range, int64_t count) {
  if (count == 0) return nullptr;
  return {{"min", range.least},
          {"max", range.greatest},
          {"mean", static_cast<double>(range.sum) / static_cast<double>(count)}};
}

Json json_of(const DecodePathCounts& counts) {
  Json json = Json::array();
  for (const auto& [route, pictures] : counts.entries()) {
    json.push_back({{"path", decode_path_name(route.path)},
                    {"reason", decode_reason_name(route.reason)},
                    {"pictures", pictures}});
  }
  return json;
}

Json json_of(const RecordSource& source, const Survey& seen, const std::string& data) {
  Json labels = Json::object();
  for (const auto& [label, count] : seen.labels) labels[std::to_string(label)] = count;
  return {{"command", "inspect"},
          {"data", data},
          {"format", source.format()},
          {"payload", source.payload()},
          {"records", source.size()},
          {"class_names", source.class_names()},
          {"looked_at", seen.looked_at},
          {"image_formats", seen.formats},
          {"decoder_paths", json_of(seen.decoder_paths)},
          {"with_index", seen.with_index},
          {"labels", labels},
          {"width", json_of(seen.width, seen.pictures)},
          {"height", json_of(seen.height, seen.pictures)},
          {"bytes", json_of(seen.bytes, seen.pictures)},
          {"bad_records", seen.problem_count},
          {"problems", seen.problems}};
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status inspect_data_set(const RecordSource& source, const InspectFlags& flags) {
  HEADRACE_ASSIGN_OR_RETURN(const Survey seen, survey(source, flags.look));
  if (flags.json != "-") fmt::print("{}", text_of(source, seen, flags.data));
  HEADRACE_RETURN_IF_ERROR(write_json(dump(json_of(source, seen, flags.data)), flags.json));
  if (seen.problem_count == 0) return Status();
  return corrupt_data("{} of the {} records looked at are bad; the first is: {}",
                      seen.problem_count, seen.looked_at, seen.problems.front());
}

Status inspect_sample(const RecordSource& source, const InspectFlags& flags) {
  if (flags.sample >= source.size()) {
    return invalid_argument("--sample {}: the data set has the records 0 to {}", flags.sample,
                            source.size() - 1);
  }
  Record record;
  HEADRACE_RETURN_IF_ERROR(source.read(record, flags.sample));
  const std::string where = source.locate(flags.sample);
  ImageDecoder decoder;
  const Result<ImageInfo> info = decoder.peek(record.image.view());
  if (!info.ok()) return info.status().annotate(where);
  if (flags.json != "-") {
    TextTable table({Align::kLeft, Align::kLeft});
    table.add_row({"record", with_commas(flags.sample)});
    table.add_row({"where", where});
    if (!record.filename.empty()) table.add_row({"filename", record.filename});
    table.add_row({"label", fmt::format("{}  {}", record.label, class_name(source, record.label))});
    table.add_row({"picture", fmt::format("{}, {} x {}, {} channels, EXIF orientation {}",
                                          image_format_name(info->format), info->width,
                                          info->height, info->channels, info->orientation)});
    table.add_row({"bytes", with_commas(static_cast<int64_t>(record.image.size()))});
    if (record.jpeg_index.size() != 0) {
      table.add_row({"index", fmt::format("{} bytes", record.jpeg_index.size())});
    }
    fmt::print("{}", table.to_string());
  }
  const Json json = {{"command", "inspect"},
                     {"data", flags.data},
                     {"record", flags.sample},
                     {"source", where},
                     {"filename", record.filename},
                     {"label", record.label},
                     {"class_name", class_name(source, record.label)},
                     {"image_format", image_format_name(info->format)},
                     {"width", info->width},
                     {"height", info->height},
                     {"channels", info->channels},
                     {"orientation", info->orientation},
                     {"bytes", record.image.size()},
                     {"index_bytes", record.jpeg_index.size()}};
  HEADRACE_RETURN_IF_ERROR(write_json(dump(json), flags.json));
  if (flags.out.empty()) return Status();
  HEADRACE_ASSIGN_OR_RETURN(const auto writer, local_storage().create(flags.out));
  HEADRACE_RETURN_IF_ERROR(writer->append(record.image.view()));
  return writer->commit();
}

Status inspect(const InspectFlags& flags) {
  HEADRACE_ASSIGN_OR_RETURN(const auto source, open_record_source(flags.data));
  return flags.sample >= 0 ? inspect_sample(*source, flags) : inspect_data_set(*source, flags);
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<InspectFlags>();
  app.add_option("DATA", flags->data, "Image folder or record files")->required();
  app.add_option("--look", flags->look, "Read the headers of so many records, evenly spread")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()))
      ->capture_default_str();
  CLI::Option* const sample =
      app.add_option("--sample", flags->sample, "Show record I (from 0) instead of the data set")
          ->type_name("I")
          ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
  app.add_option("--out", flags->out, "Write the sample's bytes, as stored, to this file")
      ->type_name("FILE")
      ->needs(sample);
  add_json_flag(app, flags->json);
  app.footer(
      "Example: headrace inspect imagenet/train\n"
      "         headrace inspect records --sample 17 --out picture.jpg");
  return [flags] { return inspect(*flags); };
}

}  // namespace

const Command kInspectCommand{"inspect", "says what a data set is, or shows one sample of it",
                              configure};

}  // namespace headrace
