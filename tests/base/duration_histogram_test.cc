#include "headrace/base/duration_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace headrace {
namespace {

using namespace std::chrono_literals;

TEST(DurationHistogram, PercentilesAreThoseOfTheSortedDurations) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> microseconds(5, 2);
  DurationHistogram histogram;
  std::vector<int64_t> sorted;
  for (int i = 0; i < 10'000; ++i) {
    const auto ns = static_cast<int64_t>(1000 * microseconds(random)) + 100;
    histogram.add(Nanoseconds(ns));
    sorted.push_back(ns);
  }
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(histogram.count(), 10'000);
  for (const double q : {0.0, 0.001, 0.5, 0.9, 0.99, 0.9999, 1.0}) {
    const auto exact =
        static_cast<double>(sorted[static_cast<size_t>(std::max(std::ceil(q * 10'000) - 1, 0.0))]);
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q).count()) / exact, 1, 0.032) << q;
  }
}

TEST(DurationHistogram, EveryDurationIsNearTheMiddleOfItsBucket) {
  for (double ns = 64; ns < 1e12; ns *= 1.003) {
    DurationHistogram histogram;
    histogram.add(Nanoseconds(static_cast<int64_t>(ns)));
    EXPECT_NEAR(static_cast<double>(histogram.quantile(0.5).count()) / ns, 1, 0.033) << ns;
  }
}

TEST(DurationHistogram, ExtremesCountAsTheLeastAndTheGreatest) {
  DurationHistogram histogram;
  for (const Nanoseconds extreme : {Nanoseconds(0), Nanoseconds(-5), Nanoseconds(1)})
    histogram.add(extreme);
  EXPECT_LT(histogram.quantile(1), 70ns);
  histogram.add(Nanoseconds::max());
  EXPECT_GT(histogram.quantile(1), 17min);
  EXPECT_EQ(histogram.count(), 4);
  EXPECT_EQ(DurationHistogram().quantile(0.5), 0ns);
}

TEST(DurationHistogram, WhatIsAddedCanBeTakenOut) {
  DurationHistogram before;
  before.add(1ms);
  DurationHistogram after = before;
  DurationHistogram more;
  more.add(3ms);
  more.add(5ms);
  after.add(more);
  EXPECT_EQ(after.count(), 3);
  after.subtract(before);
  EXPECT_EQ(after.count(), 2);
  EXPECT_EQ(after.quantile(0), more.quantile(0));
}

}  // namespace
}  // namespace headrace
