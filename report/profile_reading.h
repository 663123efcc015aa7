// The profile's table in words: what the figures show, and no more.
#pragma once

#include <string>
#include <vector>

#include "headrace/report/profile_result.h"

namespace headrace {

// At most four plain sentences, each with the numbers it rests on: what preprocessing costs from
// one DATA against another; what of the reduction stays exposed, and whether overlapping it won any
// time; and, for each of up to two pipelined runs, whether input is the limit. A question that the
// runs do not answer gets no sentence.
std::vector<std::string> read_profile(const ProfileResult& result);

}  // namespace headrace
