#include "headrace/trainer/reduction_spans.h"

#include <gtest/gtest.h>

#include <vector>

namespace headrace {
namespace {

constexpr Nanoseconds ns(int64_t count) {
  return Nanoseconds(count);
}

TEST(ReductionCost, AllOfAnExclusiveReductionIsExposed) {
  const std::vector<BucketSpan> buckets{{ns(100), ns(130)}, {ns(101), ns(150)}};
  const ReductionCost cost = reduction_cost(buckets, ns(99), ns(151));
  EXPECT_EQ(cost.exposed, ns(52));
  EXPECT_EQ(cost.hidden, ns(0));
  EXPECT_EQ(cost.busy, ns(52));
}

TEST(ReductionCost, HiddenIsTheUnionNotTheSum) {
  const std::vector<BucketSpan> buckets{
      {ns(40), ns(60)},                    // given out of order
      {ns(10), ns(30)}, {ns(15), ns(20)},  // within the other
      {ns(25), ns(35)},                    // overlaps its end
      {ns(80), ns(95)},                    // the last: 80 is when backward was done
  };
  const ReductionCost cost = reduction_cost(buckets, ns(80), ns(100));
  EXPECT_EQ(cost.hidden, ns(25 + 20));
  EXPECT_EQ(cost.exposed, ns(20));
  EXPECT_EQ(cost.busy, ns(65));
}

TEST(ReductionCost, ABucketThatOutlastsBackwardIsCutThere) {
  const std::vector<BucketSpan> buckets{{ns(10), ns(95)}, {ns(80), ns(90)}};
  const ReductionCost cost = reduction_cost(buckets, ns(80), ns(100));
  EXPECT_EQ(cost.hidden, ns(70));
  EXPECT_EQ(cost.busy, ns(90));
}

}  // namespace
}  // namespace headrace
