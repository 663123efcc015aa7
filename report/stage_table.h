// What the loader's stages cost, for a terminal.
#pragma once

#include <string>

#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// One row a stage: samples, failures, wall time of a sample (mean and percentiles, in us, or in ms
// where a stage needs more than 10 ms), mean CPU time, and its share of the stages' time together.
// "n/a" for a stage nothing went through. The figures are of workers: with several threads they add
// up to more than the elapsed time.
std::string stage_table(const StageStats& stages);

// Who waits for whom, in a line: much waiting and nothing ready, and the loader is the limit. Empty
// where no batch was asked for.
std::string waiting_text(const StageStats& stages);

}  // namespace headrace
