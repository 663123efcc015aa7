#include "headrace/trainer/reduction_spans.h"

#include <algorithm>
#include <vector>

namespace headrace {

ReductionCost reduction_cost(std::span<const BucketSpan> buckets, Nanoseconds exposed_from,
                             Nanoseconds until) {
  std::vector<BucketSpan> sorted(buckets.begin(), buckets.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const BucketSpan& a, const BucketSpan& b) { return a.launched < b.launched; });
  ReductionCost cost;
  Nanoseconds covered = Nanoseconds::min();  // all before it has been counted
  for (const BucketSpan& bucket : sorted) {
    const Nanoseconds from = std::max(bucket.launched, covered);
    const Nanoseconds to = std::min(bucket.done, exposed_from);
    if (from >= to) continue;
    cost.hidden += to - from;
    covered = to;
  }
  cost.exposed = until - exposed_from;
  cost.busy = cost.hidden + cost.exposed;
  return cost;
}

}  // namespace headrace
