#include "headrace/report/profile_reading.h"

#include <fmt/core.h>

#include <cmath>
#include <optional>

#include "headrace/report/run_summary.h"
#include "headrace/report/text_table.h"

namespace headrace {
namespace {

// Below this, two times are called the same: runs of a minute on a shared machine differ that much.
constexpr double kSame = 0.05;
// input_wait's part of the step: from here on input is called the limit, and up to here it is not.
constexpr double kInputLimits = 0.10;
constexpr double kInputDoesNotLimit = 0.02;

constexpr size_t kDataWidth = 40;  // columns for a path inside a sentence

struct Run {
  const ProfileRun* run = nullptr;
  RunSummary figures;
};
using Runs = std::vector<Run>;

std::string name_of(const ProfileRun& run) {
  return shorten_left(without_controls(run.data), kDataWidth);
}

std::string milliseconds(double ms) {
  return fmt::format("{:.{}f} ms", ms, ms < 10 ? 2 : 1);
}

bool same_data(const ProfileRun& a, const ProfileRun& b) {
  return a.data == b.data && a.format == b.format && a.payload == b.payload;
}

double preprocess_of(const Run& run) {
  return run.figures.preprocess_cpu->mean;
}

// The same DATA under both schedules would compare the machine with itself, so one schedule is
// taken: the sequential one, where nothing else runs beside the workers.
std::optional<std::string> read_preprocess(const Runs& runs) {
  for (const Schedule schedule : {Schedule::kSequential, Schedule::kPipelined}) {
    const Run* dearest = nullptr;
    for (const Run& run : runs) {
      if (run.run->schedule != schedule || !run.figures.preprocess_cpu) continue;
      if (dearest == nullptr || preprocess_of(run) > preprocess_of(*dearest)) dearest = &run;
    }
    const Run* cheapest = nullptr;
    for (const Run& run : runs) {
      if (run.run->schedule != schedule || !run.figures.preprocess_cpu) continue;
      if (same_data(*run.run, *dearest->run)) continue;
      if (cheapest == nullptr || preprocess_of(run) < preprocess_of(*cheapest)) cheapest = &run;
    }
    if (cheapest == nullptr) continue;
    const double most = preprocess_of(*dearest);
    const double least = preprocess_of(*cheapest);
    if (least <= 0) continue;
    const std::string costs = fmt::format(
        "Preprocessing a batch costs {} of CPU time from {} ({}, {}) and {} from {} ({}, {})",
        milliseconds(most), name_of(*dearest->run), dearest->run->format, dearest->run->payload,
        milliseconds(least), name_of(*cheapest->run), cheapest->run->format,
        cheapest->run->payload);
    if (most / least < 1 + kSame) return costs + ": no difference to speak of.";
    return fmt::format("{}: {:.2f} times as much.", costs, most / least);
  }
  return std::nullopt;
}

// Exclusive reduction is the phase; of an overlapped one the phase shows only what is exposed.
bool reduction_measured(const Run& run) {
  if (run.run->reduction == ReductionMode::kExclusive)
    return run.figures[Phase::kReduction].has_value();
  return run.figures.reduction_busy && run.figures.reduction_exposed;
}

const Run* find_reduction(const Runs& runs, ReductionMode mode, const Run* beside) {
  const Run* found = nullptr;
  for (const Run& candidate : runs) {
    if (candidate.run->reduction != mode || !reduction_measured(candidate) ||
        (beside != nullptr && !same_data(*candidate.run, *beside->run)))
      continue;
    // The same schedule, where there is one, leaves the mode as the only difference.
    if (found == nullptr || (beside != nullptr && found->run->schedule != beside->run->schedule &&
                             candidate.run->schedule == beside->run->schedule)) {
      found = &candidate;
    }
  }
  return found;
}

// What overlapping can change: backward and the part of the reduction the step waits for.
std::optional<double> backward_and_reduction(const Run& run) {
  const auto& backward = run.figures[Phase::kBackward];
  const auto& reduction = run.figures[Phase::kReduction];
  if (!backward || !reduction) return std::nullopt;
  return backward->mean + reduction->mean;
}

std::optional<std::string> read_reduction(const Runs& runs) {
  const Run* overlapped = find_reduction(runs, ReductionMode::kOverlapped, nullptr);
  const Run* exclusive = find_reduction(runs, ReductionMode::kExclusive, overlapped);
  if (overlapped == nullptr && exclusive == nullptr) return std::nullopt;
  if (overlapped == nullptr) {
    return fmt::format("Exclusive reduction: the step waits for {}, all of it exposed.",
                       milliseconds(exclusive->figures[Phase::kReduction]->mean));
  }
  const double busy = overlapped->figures.reduction_busy->mean;
  const double exposed = overlapped->figures.reduction_exposed->mean;
  std::string text = fmt::format("Overlapped reduction: {} of {} stay exposed",
                                 milliseconds(exposed), milliseconds(busy));
  if (busy > 0) text += fmt::format(" ({:.0f} %)", exposed / busy * 100);
  if (exclusive == nullptr) return text + ".";
  text += fmt::format("; exclusive: {}, all of it",
                      milliseconds(exclusive->figures[Phase::kReduction]->mean));
  const auto with = backward_and_reduction(*overlapped);
  const auto without = backward_and_reduction(*exclusive);
  if (!with || !without || *without <= 0) return text + ".";
  text += fmt::format(". Backward and reduction together take {} overlapped and {} exclusive: ",
                      milliseconds(*with), milliseconds(*without));
  const bool won = *with <= *without * (1 - kSame);
  if (overlapped->run->schedule == exclusive->run->schedule) {
    return text + (won ? milliseconds(*without - *with) + " less."
                       : std::string("overlapping won no time here."));
  }
  text += won ? milliseconds(*without - *with) + " less" : std::string("no time won");
  return fmt::format("{}, though {} against {}, so this is not overlap alone.", text,
                     schedule_name(overlapped->run->schedule),
                     schedule_name(exclusive->run->schedule));
}

std::string read_input(const Run& run) {
  const double wait = run.figures[Phase::kInputWait]->mean;
  const double step = run.figures.step->mean;
  const double share = wait / step;
  std::string text = fmt::format(
      "Input from {}, pipelined: the step waits {} of {} ({:.1f} %): ", name_of(*run.run),
      milliseconds(wait), milliseconds(step), share * 100);
  if (share <= kInputDoesNotLimit) return text + "input is not the limit.";
  text += share >= kInputLimits ? "input limits this step" : "input holds this step up a little";
  return fmt::format("{}; its other phases take {}.", text, milliseconds(step - wait));
}

bool tells_about_input(const Run& run) {
  return run.figures[Phase::kInputWait] && run.figures.step && run.figures.step->mean > 0;
}

std::vector<std::string> read_inputs(const Runs& runs) {
  constexpr size_t kMost = 2;
  std::vector<std::string> sentences;
  for (const Run& run : runs) {
    if (run.run->schedule == Schedule::kPipelined && tells_about_input(run) &&
        sentences.size() < kMost) {
      sentences.push_back(read_input(run));
    }
  }
  if (!sentences.empty()) return sentences;
  for (const Run& run : runs) {
    if (!tells_about_input(run)) continue;
    return {
        fmt::format("Only the sequential schedule ran: its input_wait ({}) is the whole price of "
                    "loading; whether input is the limit shows in the pipelined one.",
                    milliseconds(run.figures[Phase::kInputWait]->mean))};
  }
  return {};
}

}  // namespace

std::vector<std::string> read_profile(const ProfileResult& result) {
  Runs runs;
  for (const ProfileRun& run : result.runs) runs.push_back({&run, summarize_run(run)});
  std::vector<std::string> sentences;
  if (auto sentence = read_preprocess(runs)) sentences.push_back(std::move(*sentence));
  if (auto sentence = read_reduction(runs)) sentences.push_back(std::move(*sentence));
  for (std::string& sentence : read_inputs(runs)) sentences.push_back(std::move(sentence));
  return sentences;
}

}  // namespace headrace
