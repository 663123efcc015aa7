// What the loader's stages cost, for a terminal.
#pragma once

#include <string>

#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// One row a stage: samples, failures, mean wall time of a sample (in us, or in ms where a stage
// needs more than 10 ms), and its share of the stages' time together. "n/a" for a stage nothing
// went through. The figures are of workers: with several threads they add up to more than the
// elapsed time.
std::string stage_table(const StageStats& stages);

}  // namespace headrace
