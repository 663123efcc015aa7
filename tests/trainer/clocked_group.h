// A process group without processes: its collectives end at once and take as long as they are told
// to, on a fake clock.
#pragma once

#include <memory>

#include "headrace/base/clock.h"
#include "headrace/trainer/process_group.h"

namespace headrace {

struct CollectiveTimes {
  Nanoseconds barrier{0};
  Nanoseconds all_reduce{0};
  bool all_reduce_fails = false;
};

// Rank 0 of two, the other of which has always the same values: a sum is twice what one gives.
// `clock` and `times` must live as long.
std::unique_ptr<ProcessGroup> make_clocked_group(FakeClock& clock, const CollectiveTimes& times);

}  // namespace headrace
