#include "headrace/report/run_summary.h"

#include <algorithm>
#include <vector>

namespace headrace {
namespace {

using Steps = std::vector<const StepRecord*>;

// Of what `read` finds in each step: an optional duration.
template <class Read>
std::optional<Summary> summarize_each(const Steps& steps, Read read) {
  std::vector<std::optional<Nanoseconds>> values;
  values.reserve(steps.size());
  for (const StepRecord* step : steps) values.push_back(read(*step));
  return summarize(values);
}

// Of a member of an optional part of each step, as `&StepRecord::reduction, &ReductionCost::busy`.
template <class Part>
std::optional<Summary> summarize_part(const Steps& steps, std::optional<Part> StepRecord::*part,
                                      Nanoseconds Part::*member) {
  return summarize_each(steps, [=](const StepRecord& step) -> std::optional<Nanoseconds> {
    const std::optional<Part>& found = step.*part;
    if (!found) return std::nullopt;
    return (*found).*member;
  });
}

std::optional<Summary> summarize_phase(const Steps& steps, size_t phase) {
  const bool measured = std::any_of(steps.begin(), steps.end(), [=](const StepRecord* step) {
    return step->phases[phase].has_value();
  });
  if (!measured) return std::nullopt;
  return summarize_each(steps, [=](const StepRecord& step) -> std::optional<Nanoseconds> {
    return step.phases[phase].value_or(Nanoseconds{0});
  });
}

std::optional<Nanoseconds> total_of(const StepRecord& step) {
  return step.total;
}

}  // namespace

RunSummary summarize_run(const ProfileRun& run) {
  const Steps steps = steady_steps(run);
  RunSummary summary;
  for (size_t phase = 0; phase < kPhaseCount; ++phase) {
    summary.phases[phase] = summarize_phase(steps, phase);
  }
  summary.step = summarize_each(steps, total_of);
  summary.first_step = summarize_each(first_steps(run), total_of);
  summary.preprocess_wall = summarize_part(steps, &StepRecord::preprocess, &PreprocessCost::wall);
  summary.preprocess_cpu = summarize_part(steps, &StepRecord::preprocess, &PreprocessCost::cpu);
  summary.reduction_busy = summarize_part(steps, &StepRecord::reduction, &ReductionCost::busy);
  summary.reduction_exposed =
      summarize_part(steps, &StepRecord::reduction, &ReductionCost::exposed);
  summary.reduction_hidden = summarize_part(steps, &StepRecord::reduction, &ReductionCost::hidden);
  summary.steps = static_cast<int64_t>(steps.size());
  return summary;
}

}  // namespace headrace
