#include "headrace/pipeline/epoch_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace headrace {
namespace {

std::vector<int64_t> order_of(int64_t size, uint64_t seed, int64_t epoch, bool shuffle = true) {
  const EpochOrder order(size, seed, epoch, shuffle);
  std::vector<int64_t> result;
  for (int64_t i = 0; i < size; ++i) result.push_back(order[i]);
  return result;
}

TEST(EpochOrder, VisitsEveryRecordOnce) {
  std::vector<int64_t> sizes;
  for (int64_t size = 1; size <= 300; ++size) sizes.push_back(size);
  sizes.insert(sizes.end(), {1023, 1024, 1025, 65537, 100003});
  for (const int64_t size : sizes) {
    std::vector<int64_t> order = order_of(size, 5, size % 3);
    std::sort(order.begin(), order.end());
    for (int64_t i = 0; i < size; ++i) ASSERT_EQ(order[i], i) << "size " << size;
  }
}

TEST(EpochOrder, WithoutShuffleIsTheDataSetsOwn) {
  EXPECT_THAT(order_of(5, 1, 2, false), testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(EpochOrder, SeedAndEpochMatter) {
  const auto order = order_of(1000, 1, 0);
  EXPECT_EQ(order, order_of(1000, 1, 0));
  EXPECT_NE(order, order_of(1000, 1, 1));
  EXPECT_NE(order, order_of(1000, 2, 0));
}

// Batches are a promise over versions: whoever changes this changes every user's training.
TEST(EpochOrder, StaysWhatItWas) {
  EXPECT_THAT(order_of(10, 1, 0), testing::ElementsAre(0, 4, 5, 2, 1, 9, 8, 7, 3, 6));
}

// Each record is first equally often (chi-squared against its 99.9 % point), also in small sets,
// where a Feistel network has few bits to work with.
TEST(EpochOrder, EveryRecordIsEquallyOftenFirst) {
  for (const int64_t size : {2, 3, 5, 8, 10}) {
    const int trials = 2000 * static_cast<int>(size);
    std::vector<int> counts(static_cast<size_t>(size));
    for (int seed = 0; seed < trials; ++seed) ++counts[EpochOrder(size, seed, 0, true)[0]];
    double chi = 0;
    for (const int count : counts) chi += (count - 2000.0) * (count - 2000.0) / 2000.0;
    EXPECT_LT(chi, 10.8 + 2.2 * static_cast<double>(size)) << "size " << size;
  }
}

// Neighbours on disk must not stay neighbours: the mean distance of records that follow each other
// is a third of the set in a random order.
TEST(EpochOrder, NeighboursPart) {
  const auto order = order_of(30000, 3, 1);
  double distance = 0;
  for (size_t i = 1; i < order.size(); ++i) {
    distance += static_cast<double>(std::abs(order[i] - order[i - 1]));
  }
  EXPECT_NEAR(distance / 30000 / 30000, 1.0 / 3, 0.01);
}

}  // namespace
}  // namespace headrace
