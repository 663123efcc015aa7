// The records of several ranks become one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/report/step_profiler.h"

namespace headrace {

// Records as bytes for ProcessGroup::gather(), and back. Between processes of one program only: the
// bytes are this machine's integers. Errors of unpack_steps: kCorruptData for a length that is
// none.
std::string pack_steps(std::span<const StepRecord> steps);
Result<std::vector<StepRecord>> unpack_steps(std::string_view bytes);

// Step by step the mean over the ranks: of each phase, and of what is beside the sum. A phase
// counts where a rank entered it, and is absent where none did. The total is the sum of the mean
// phases, so that they still add up. Errors: kInternal where ranks have different numbers of steps.
Result<std::vector<StepRecord>> mean_over_ranks(std::span<const std::vector<StepRecord>> ranks);

}  // namespace headrace
