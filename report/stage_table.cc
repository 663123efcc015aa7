#include "headrace/report/stage_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "headrace/report/summary.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

constexpr double kMicrosecondsUpTo = 10;  // ms

double mean_milliseconds(const StageTotals& stage) {
  return stage.count > 0 ? to_milliseconds(stage.wall) / static_cast<double>(stage.count) : 0;
}

}  // namespace

std::string stage_table(const StageStats& stages) {
  std::vector<double> walls;
  double slowest = 0;
  for (const StageTotals& stage : stages.stages) {
    walls.push_back(to_milliseconds(stage.wall));
    slowest = std::max(slowest, mean_milliseconds(stage));
  }
  const bool in_milliseconds = slowest > kMicrosecondsUpTo;
  const std::vector<int> shares = shares_in_tenths_of_percent(walls);

  TextTable table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.add_row(
      {"stage", "samples", "failures", in_milliseconds ? "mean ms" : "mean us", "share %"});
  table.add_rule();
  for (size_t i = 0; i < kStageCount; ++i) {
    const StageTotals& stage = stages.stages[i];
    const bool measured = stage.count > 0;
    const double mean = mean_milliseconds(stage);
    table.add_row({std::string(stage_name(static_cast<Stage>(i))), fmt::format("{}", stage.count),
                   fmt::format("{}", stage.failures),
                   !measured         ? "n/a"
                   : in_milliseconds ? fmt::format("{:.2f}", mean)
                                     : fmt::format("{:.1f}", mean * 1000),
                   measured ? fmt::format("{:.1f}", shares[i] / 10.0) : "n/a"});
  }
  return table.to_string();
}

}  // namespace headrace
