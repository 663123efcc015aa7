// The profile for a terminal: one column per DATA x schedule, the phases adding up to the step.
#pragma once

#include <string>

#include "headrace/report/profile_result.h"

namespace headrace {

struct ProfileTableOptions {
  bool detail = false;  // p50 and p95 beside each mean
  int width = 100;      // columns; runs that do not fit beside each other go into further blocks
};

// Times are in ms; the shares of a step add up to exactly 100 %. What was not measured is "n/a".
// After the table come the sentences of read_profile().
std::string profile_table(const ProfileResult& result, const ProfileTableOptions& options = {});

}  // namespace headrace
