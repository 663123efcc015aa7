// Results for machines. Names are words with units and stay as they are once released; a figure
// that was not measured is null, never 0. docs/phases.md says what each phase holds.
#pragma once

#include <string>

#include "headrace/report/bench_result.h"
#include "headrace/report/profile_result.h"

namespace headrace {

// Both give one JSON object, indented, ending in a newline. Bytes of a path that are not UTF-8
// become U+FFFD.

// {"command": "profile", "runs": [...], "environment": {...}}; a run is one DATA under one
// schedule.
std::string to_json(const ProfileResult& result);

// {"command": "bench", "data": ..., "images_per_second": ..., ..., "environment": {...}}
std::string to_json(const BenchResult& result);

}  // namespace headrace
