#include "headrace/report/profile_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "headrace/report/profile_reading.h"
#include "headrace/report/run_summary.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

constexpr size_t kLabelWidth = 14;  // "preprocess CPU"
constexpr size_t kGap = 2;          // that TextTable puts between columns
constexpr size_t kFigureWidth = 9;  // "1234567.8"
constexpr size_t kShareWidth = 6;   // " 100.0"
constexpr size_t kHeadWidth = 19;   // "webdataset original"

size_t run_width(bool detail) {
  const size_t figures = (detail ? 3 : 1) * kFigureWidth + kShareWidth;
  return std::max(figures, kHeadWidth);
}

// One run and how its figures are written.
struct Column {
  const ProfileRun* run = nullptr;
  RunSummary figures;
  std::array<std::optional<int>, kPhaseCount> shares;  // tenths of a percent of the step
  int decimals = 1;
  bool detail = false;
};

Column column_of(const ProfileRun& run, bool detail) {
  Column column;
  column.run = &run;
  column.figures = summarize_run(run);
  column.detail = detail;
  std::vector<double> means;
  for (const auto& phase : column.figures.phases) means.push_back(phase ? phase->mean : 0);
  const std::vector<int> shares = shares_in_tenths_of_percent(means);
  for (size_t i = 0; i < kPhaseCount; ++i) {
    if (column.figures.phases[i]) column.shares[i] = shares[i];
  }
  // One number of decimals for a whole column, so that its figures stand under each other.
  const double step = column.figures.step ? column.figures.step->mean : 0;
  column.decimals = step >= 100 ? 1 : step >= 1 ? 2 : 3;
  return column;
}

std::string figure(const Column& column, const std::optional<Summary>& summary,
                   double Summary::*member) {
  if (!summary) return fmt::format("{:>{}}", "n/a", kFigureWidth);
  return fmt::format("{:>{}.{}f}", (*summary).*member, kFigureWidth, column.decimals);
}

std::string cell(const Column& column, const std::optional<Summary>& summary,
                 std::optional<int> share) {
  std::string text = figure(column, summary, &Summary::mean);
  if (column.detail) {
    text += figure(column, summary, &Summary::p50) + figure(column, summary, &Summary::p95);
  }
  return text + (share ? fmt::format("{:>{}.1f}", *share / 10.0, kShareWidth)
                       : std::string(kShareWidth, ' '));
}

// A text that stands above or under the means of a column.
std::string under_mean(const Column& column, const std::string& text) {
  const size_t rest = (column.detail ? 2 * kFigureWidth : 0) + kShareWidth;
  return fmt::format("{:>{}}{}", text, kFigureWidth, std::string(rest, ' '));
}

class Block {
 public:
  explicit Block(std::span<const Column> columns)
      : columns_(columns), table_(alignments(columns.size())) {}

  std::string to_string() {
    heading();
    table_.add_rule();
    cost("preprocess", &RunSummary::preprocess_wall);
    cost("preprocess CPU", &RunSummary::preprocess_cpu);
    table_.add_rule();
    for (size_t i = 0; i < kPhaseCount; ++i) {
      row(std::string(phase_name(static_cast<Phase>(i))), [=](const Column& column) {
        return cell(column, column.figures.phases[i], column.shares[i]);
      });
    }
    table_.add_rule();
    row("step", [](const Column& column) {
      return cell(column, column.figures.step,
                  column.figures.step ? std::optional(1000) : std::nullopt);
    });
    table_.add_rule();
    cost("reduction busy", &RunSummary::reduction_busy);
    cost("  exposed", &RunSummary::reduction_exposed);
    cost("  hidden", &RunSummary::reduction_hidden);
    cost("first step", &RunSummary::first_step);
    row("images/s", [](const Column& column) {
      const auto& rate = column.run->images_per_second;
      return under_mean(column, rate ? fmt::format("{:.1f}", *rate) : "n/a");
    });
    row("steps", [](const Column& column) {
      return under_mean(column, fmt::format("{}", column.figures.steps));
    });
    return table_.to_string();
  }

 private:
  static std::vector<Align> alignments(size_t runs) {
    std::vector<Align> columns(runs + 1, Align::kRight);
    columns[0] = Align::kLeft;
    return columns;
  }

  template <class Cell>
  void row(const std::string& label, Cell cell_of) {
    std::vector<std::string> cells{label};
    for (const Column& column : columns_) cells.push_back(cell_of(column));
    table_.add_row(std::move(cells));
  }

  void cost(const std::string& label, std::optional<Summary> RunSummary::*member) {
    row(label, [=](const Column& column) { return cell(column, column.figures.*member, {}); });
  }

  void heading() {
    const auto head = [this](auto text_of) {
      row("", [&](const Column& column) {
        return shorten_left(without_controls(text_of(*column.run)), run_width(column.detail));
      });
    };
    head([](const ProfileRun& run) { return run.data; });
    head([](const ProfileRun& run) { return run.format + " " + run.payload; });
    head([](const ProfileRun& run) { return std::string(schedule_name(run.schedule)); });
    head([](const ProfileRun& run) {
      return run.reduction == ReductionMode::kNone
                 ? "no reduction"
                 : std::string(reduction_mode_name(run.reduction));
    });
    row("ms", [](const Column& column) {
      std::string text = fmt::format("{:>{}}", "mean", kFigureWidth);
      if (column.detail)
        text += fmt::format("{:>{}}{:>{}}", "p50", kFigureWidth, "p95", kFigureWidth);
      return text + fmt::format("{:>{}}", "%", kShareWidth);
    });
  }

  std::span<const Column> columns_;
  TextTable table_;
};

std::string configuration_of(const ProfileRun& run) {
  return fmt::format("{}, {}, batch {} x {} {}, threads: {} for the model, {} for the loader",
                     run.model, run.precision, run.batch_size, run.ranks,
                     run.ranks == 1 ? "rank" : "ranks", run.threads, run.loader_threads);
}

// What ran, once for all runs that ran alike, and where.
std::string preamble(const ProfileResult& result, size_t width) {
  std::vector<std::string> lines;
  for (const ProfileRun& run : result.runs) {
    const std::string line = without_controls(configuration_of(run));
    if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  lines.push_back(fmt::format("{}; {}", result.environment.machine, result.environment.build));
  if (!result.environment.warning.empty())
    lines.push_back("warning: " + result.environment.warning);
  std::string text;
  for (const std::string& line : lines) text += wrap(line, width);
  return text;
}

}  // namespace

std::string profile_table(const ProfileResult& result, const ProfileTableOptions& options) {
  std::vector<Column> columns;
  for (const ProfileRun& run : result.runs) columns.push_back(column_of(run, options.detail));

  const size_t room = static_cast<size_t>(std::max(options.width, 0));
  const size_t fitting =
      room > kLabelWidth ? (room - kLabelWidth) / (kGap + run_width(options.detail)) : 0;
  const size_t per_block = std::max<size_t>(fitting, 1);

  std::string text = preamble(result, room);
  for (size_t first = 0; first < columns.size(); first += per_block) {
    const size_t count = std::min(per_block, columns.size() - first);
    text += '\n';
    text += Block(std::span(columns).subspan(first, count)).to_string();
  }
  for (const std::string& sentence : read_profile(result)) {
    text += '\n';
    text += wrap(sentence, room);
  }
  return text;
}

}  // namespace headrace
