// What a gradient reduction cost, from when its buckets were on their way.
#pragma once

#include <span>

#include "headrace/base/clock.h"
#include "headrace/report/step_profiler.h"

namespace headrace {

// One bucket's way: launched once its last gradient was there, done when the mean was.
struct BucketSpan {
  Nanoseconds launched{0};
  Nanoseconds done{0};
};

// The cost of a reduction that the step waited for from `exposed_from` until `until`:
//   exposed = until - exposed_from
//   hidden  = the time before `exposed_from` in which at least one bucket was on its way (buckets
//             travel at the same time: their union, not their sum)
//   busy    = hidden + exposed
ReductionCost reduction_cost(std::span<const BucketSpan> buckets, Nanoseconds exposed_from,
                             Nanoseconds until);

}  // namespace headrace
