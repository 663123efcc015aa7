#include "decode_table.h"

#include <fmt/core.h>

#include "decode_figures.h"
#include "headrace/report/decoder_paths.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

using Cells = std::vector<std::string>;

Cells time_cells(const Timings& timings, size_t task) {
  return {fmt::format("{:.1f}", timings.seconds(task) * 1e6),
          fmt::format("{:.0f}", 1 / timings.seconds(task))};
}

Cells ratio_cells(const Timings& timings, size_t task, double goal) {
  const Spread ratio = timings.times_as_fast(task, DecodeBench::kFullTask);
  Cells cells{fmt::format("{:.2f}", ratio.median),
              fmt::format("{:.2f}-{:.2f}", ratio.least, ratio.greatest)};
  cells.push_back(goal > 0 ? fmt::format("{:.2f}{}", goal, ratio.median < goal ? " MISSED" : "")
                           : std::string());
  return cells;
}

void append(Cells& row, const Cells& cells) {
  row.insert(row.end(), cells.begin(), cells.end());
}

std::string table_text(const DecodeSetResult& result) {
  const Timings& timings = result.timings;
  std::vector<Align> columns(11, Align::kRight);
  columns[0] = Align::kLeft;
  TextTable table(columns);
  table.add_row(
      {"", "alone", "images", "x full", "in the", "", "end to", "images", "x full", "in the", ""});
  table.add_row({"", "us", "/s", "", "passes", "goal", "end, us", "/s", "", "passes", "goal"});
  table.add_rule();
  Cells row{"libjpeg-turbo, full"};
  append(row, time_cells(timings, DecodeBench::kFullTask));
  row.emplace_back("1");
  table.add_row(row);
  for (size_t number = 0; number < kVariantCount; ++number) {
    const Goal goal = result.has_goals ? kGoals[number].value_or(Goal{}) : Goal{};
    row = {kVariants[number].label};
    append(row, time_cells(timings, DecodeBench::decode_task(number)));
    append(row, ratio_cells(timings, DecodeBench::decode_task(number), goal.decode));
    append(row, time_cells(timings, DecodeBench::end_to_end_task(number)));
    append(row, ratio_cells(timings, DecodeBench::end_to_end_task(number), goal.end_to_end));
    table.add_row(row);
  }
  for (const auto& [label, task] : {std::pair{"making the row index", DecodeBench::kRowIndexTask},
                                    std::pair{"making k = 8", DecodeBench::kEvery8IndexTask}}) {
    row = {label};
    append(row, time_cells(timings, task));
    append(row, ratio_cells(timings, task, 0));
    table.add_row(row);
  }
  return table.to_string();
}

std::string cost_text(const Timings& timings, size_t recording_task, size_t own_task) {
  const Spread cost = recording_cost(timings, recording_task, own_task);
  return fmt::format("{:+.1f} % ({:+.1f} to {:+.1f})", cost.median * 100, cost.least * 100,
                     cost.greatest * 100);
}

std::string missed_if(bool missed) {
  return missed ? " MISSED" : "";
}

// "; the worst takes 33 us against 27 (x.jpg)"
std::string worst_text(const PicturesBesideLibjpeg& beside) {
  if (beside.slower.empty()) return "";
  const PictureBesideLibjpeg& worst = beside.slower.front();
  return fmt::format("; the worst takes {:.0f} us against {:.0f} ({})", worst.own * 1e6,
                     worst.libjpeg * 1e6, without_controls(worst.picture->name));
}

std::string set_text(const DecodeSetResult& result) {
  const PictureSet& set = *result.set;
  const Timings& timings = result.timings;
  std::string text =
      fmt::format("\nPictures {}: {}, {:.1f} KiB and {:.3f} MP each", set.title,
                  set.pictures.size(), set.mean_bytes() / 1024, set.mean_megapixels());
  if (!set.left_out.empty()) text += fmt::format("; left out: {}", set.left_out);
  if (set.source == nullptr) text += "; not read from files but copied from memory";
  text += "\n\n" + table_text(result) + "\n";

  const double end_to_end_cost =
      recording_cost(timings, DecodeBench::end_to_end_task(kOwnRecording),
                     DecodeBench::end_to_end_task(kOwn))
          .median;
  text += fmt::format(
      "recording   costs {} of decoding, {} end to end; goal: at most {:.0f} %{}\n",
      cost_text(timings, DecodeBench::decode_task(kOwnRecording), DecodeBench::decode_task(kOwn)),
      cost_text(timings, DecodeBench::end_to_end_task(kOwnRecording),
                DecodeBench::end_to_end_task(kOwn)),
      kRecordingGoal * 100, missed_if(result.has_goals && end_to_end_cost > kRecordingGoal));
  const double made = 1 / timings.seconds(DecodeBench::kRowIndexTask);
  text += fmt::format("index       {:.0f} pictures/s; goal: at least {:.0f}{}\n", made,
                      kIndexPicturesPerSecond,
                      missed_if(result.has_goals && made < kIndexPicturesPerSecond));
  const PicturesBesideLibjpeg beside = beside_libjpeg(result);
  if (beside.pictures > 0) {
    text +=
        fmt::format("slower      own, no index, than libjpeg-turbo's region: {} of {} pictures{}\n",
                    beside.slower.size(), beside.pictures, worst_text(beside));
  }
  for (size_t number = 0; number < kVariantCount; ++number) {
    text += fmt::format("{:<12}{}: {}\n", number == 0 ? "paths" : "", kVariants[number].label,
                        decoder_paths_text(result.paths[number]));
  }
  return text;
}

}  // namespace

std::string decode_text(const DecodeResult& result) {
  const size_t passes = result.sets.front().timings.passes();
  std::string text;
  text += fmt::format("machine     {}; load average before {:.2f}\n", result.environment.machine,
                      result.load_average);
  text += fmt::format("build       {}; {}; {}\n", result.environment.build, kLibjpegName,
                      result.instructions);
  text += fmt::format("data        {}\n", without_controls(result.data));
  text += fmt::format("command     {}\n", without_controls(result.environment.command_line));
  text += fmt::format(
      "method      CPU time of one thread, {}; the ways take turns every few pictures; {} {} after "
      "one to warm\n            up; per picture the median over the passes. x full: times as fast "
      "as "
      "libjpeg-turbo's full decode alone,\n            and the least and the greatest of any pass. "
      "End to end: read, peek, plan, decode, resize, flip, normalise\n            to float32\n",
      result.core < 0 ? "not pinned" : fmt::format("pinned to core {}", result.core), passes,
      passes == 1 ? "pass" : "passes");
  text += "pixels      all ways give those of the full decode, and the same floats: verified\n";
  if (!result.environment.warning.empty()) {
    text += fmt::format("warning     {}\n", result.environment.warning);
  }
  for (const DecodeSetResult& set : result.sets) text += set_text(set);
  return text;
}

}  // namespace headrace
