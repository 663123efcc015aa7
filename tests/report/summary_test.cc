#include "headrace/report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <numeric>

namespace headrace {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::vector<Nanoseconds> milliseconds(const std::vector<int>& values) {
  std::vector<Nanoseconds> durations;
  for (const int value : values) durations.push_back(std::chrono::milliseconds(value));
  return durations;
}

TEST(Summary, OneValueIsAllOfIt) {
  const auto summary = summarize(milliseconds({7}));
  ASSERT_TRUE(summary);
  EXPECT_DOUBLE_EQ(summary->mean, 7);
  EXPECT_DOUBLE_EQ(summary->p50, 7);
  EXPECT_DOUBLE_EQ(summary->p95, 7);
  EXPECT_EQ(summary->count, 1);
}

// Expected values are those of numpy.percentile.
TEST(Summary, PercentilesInterpolateLikeNumpy) {
  const auto two = summarize(milliseconds({20, 10}));
  EXPECT_DOUBLE_EQ(two->p50, 15);
  EXPECT_DOUBLE_EQ(two->p95, 19.5);
  const auto five = summarize(milliseconds({15, 20, 35, 50, 40}));
  EXPECT_DOUBLE_EQ(five->mean, 32);
  EXPECT_DOUBLE_EQ(five->p50, 35);
  EXPECT_DOUBLE_EQ(five->p95, 48);
  std::vector<int> hundred(100);
  std::iota(hundred.rbegin(), hundred.rend(), 1);
  EXPECT_DOUBLE_EQ(summarize(milliseconds(hundred))->p50, 50.5);
  EXPECT_DOUBLE_EQ(summarize(milliseconds(hundred))->p95, 95.05);
}

TEST(Summary, AbsentValuesCountForNothing) {
  const auto summary =
      summarize(std::vector<std::optional<Nanoseconds>>{std::nullopt, 10ms, std::nullopt, 30ms});
  ASSERT_TRUE(summary);
  EXPECT_DOUBLE_EQ(summary->mean, 20);
  EXPECT_EQ(summary->count, 2);
}

TEST(Summary, NothingMeasuredIsNoSummary) {
  EXPECT_FALSE(summarize(std::vector<Nanoseconds>{}));
  EXPECT_FALSE(summarize(std::vector<std::optional<Nanoseconds>>(3)));
}

TEST(Shares, AddUpToAWholeWhateverTheRounding) {
  EXPECT_THAT(shares_in_tenths_of_percent({1, 1, 1}), ElementsAre(334, 333, 333));
  EXPECT_THAT(shares_in_tenths_of_percent({1, 0, 3}), ElementsAre(250, 0, 750));
  EXPECT_THAT(shares_in_tenths_of_percent({2, 2, 2, 2, 2, 2, 1}),
              ElementsAre(154, 154, 154, 154, 154, 153, 77));
  for (int n = 1; n < 40; ++n) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) values.push_back(0.1 + i * i * 0.37);
    const std::vector<int> shares = shares_in_tenths_of_percent(values);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), 0), 1000) << n;
  }
}

TEST(Shares, OfNothingAreNothing) {
  EXPECT_THAT(shares_in_tenths_of_percent({0, 0}), ElementsAre(0, 0));
  EXPECT_TRUE(shares_in_tenths_of_percent({}).empty());
}

}  // namespace
}  // namespace headrace
