// The figures of one run that every writer shows.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "headrace/report/profile_result.h"
#include "headrace/report/summary.h"

namespace headrace {

// Milliseconds; none where nothing was measured. First steps of epochs count for `first_step` only.
struct RunSummary {
  // By Phase. The means add up to step->mean: a phase that only some steps entered took no time in
  // the others, and counts as such; one that no step entered was not measured.
  std::array<std::optional<Summary>, kPhaseCount> phases;
  std::optional<Summary> step;
  std::optional<Summary> first_step;  // total of the first steps

  // Beside the sum, of those steps that have them.
  std::optional<Summary> preprocess_wall;
  std::optional<Summary> preprocess_cpu;
  std::optional<Summary> reduction_busy;
  std::optional<Summary> reduction_exposed;
  std::optional<Summary> reduction_hidden;

  int64_t steps = 0;  // that the figures are made of

  const std::optional<Summary>& operator[](Phase phase) const {
    return phases[static_cast<size_t>(phase)];
  }
};

RunSummary summarize_run(const ProfileRun& run);

}  // namespace headrace
