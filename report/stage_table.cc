#include "headrace/report/stage_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "headrace/report/summary.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

constexpr double kMicrosecondsUpTo = 10;  // ms

double mean_milliseconds(const Durations& durations) {
  return durations.count > 0 ? to_milliseconds(durations.sum) / static_cast<double>(durations.count)
                             : 0;
}

// A duration in the unit of the table.
std::string cell(double milliseconds, bool measured, bool in_milliseconds) {
  if (!measured) return "n/a";
  return in_milliseconds ? fmt::format("{:.2f}", milliseconds)
                         : fmt::format("{:.1f}", milliseconds * 1000);
}

}  // namespace

std::string stage_table(const StageStats& stages) {
  std::vector<double> walls;
  double slowest = 0;
  for (const StageTotals& stage : stages.stages) {
    walls.push_back(to_milliseconds(stage.wall.sum));
    slowest = std::max(slowest, mean_milliseconds(stage.wall));
  }
  const bool in_milliseconds = slowest > kMicrosecondsUpTo;
  const std::string unit = in_milliseconds ? " ms" : " us";
  const std::vector<int> shares = shares_in_tenths_of_percent(walls);

  std::vector<Align> columns(9, Align::kRight);
  columns[0] = Align::kLeft;
  TextTable table(columns);
  table.add_row({"stage", "samples", "failures", "mean" + unit, "p50", "p90", "p99", "CPU" + unit,
                 "share %"});
  table.add_rule();
  for (size_t i = 0; i < kStageCount; ++i) {
    const StageTotals& stage = stages.stages[i];
    const bool measured = stage.wall.count > 0;
    const auto percentile = [&](double q) {
      return cell(to_milliseconds(stage.wall.histogram.quantile(q)), measured, in_milliseconds);
    };
    table.add_row({std::string(stage_name(static_cast<Stage>(i))), fmt::format("{}", stage.count),
                   fmt::format("{}", stage.failures),
                   cell(mean_milliseconds(stage.wall), measured, in_milliseconds), percentile(0.5),
                   percentile(0.9), percentile(0.99),
                   cell(mean_milliseconds(stage.cpu), stage.cpu.count > 0, in_milliseconds),
                   measured ? fmt::format("{:.1f}", shares[i] / 10.0) : "n/a"});
  }
  return table.to_string();
}

std::string waiting_text(const StageStats& stages) {
  if (stages.input_waits == 0) return "";
  const auto calls = static_cast<double>(stages.input_waits);
  return fmt::format(
      "{:.2f} ms a batch; {} of {} were not ready when asked for; of {:.1f} in work, {:.1f} were",
      to_milliseconds(stages.input_wait) / calls, stages.batches_late, stages.input_waits,
      static_cast<double>(stages.batches_ahead) / calls,
      static_cast<double>(stages.batches_ready) / calls);
}

}  // namespace headrace
