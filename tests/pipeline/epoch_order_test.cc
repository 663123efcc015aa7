#include "headrace/pipeline/epoch_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
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

std::vector<int64_t> block_order(int64_t size, int64_t block, uint64_t seed = 1) {
  const EpochOrder order(size, seed, 0, true, block);
  std::vector<int64_t> result;
  for (int64_t i = 0; i < size; ++i) result.push_back(order[i]);
  return result;
}

TEST(EpochOrder, BlocksVisitEveryRecordOnce) {
  for (const int64_t block : {1, 2, 3, 7, 10, 64, 1000}) {
    for (const int64_t size : {1, 2, 3, 9, 10, 11, 63, 64, 65, 159, 160, 161, 500, 3001}) {
      for (uint64_t seed = 0; seed < 5; ++seed) {
        std::vector<int64_t> order = block_order(size, block, seed);
        std::sort(order.begin(), order.end());
        for (int64_t i = 0; i < size; ++i) ASSERT_EQ(order[i], i) << size << " in " << block;
      }
    }
  }
}

TEST(EpochOrder, EveryPositionIsFoundAgain) {
  for (const int64_t block : {0, 1, 7, 64, 1000}) {
    for (const int64_t size : {1, 2, 10, 64, 161, 3001}) {
      const EpochOrder order(size, 9, 2, true, block);
      for (int64_t i = 0; i < size; ++i) ASSERT_EQ(order.position_of(order[i]), i);
    }
  }
}

// What a disk sees: sixteen blocks at a time, each of them whole before the next sixteen.
TEST(EpochOrder, ABlockStaysInItsWindow) {
  constexpr int64_t kBlock = 10;
  constexpr int64_t kWindow = kBlock * EpochOrder::kBlocksAtOnce;
  const std::vector<int64_t> order = block_order(1605, kBlock);
  int64_t straddling = 0;
  for (int64_t begin = 0; begin < 1605; begin += kWindow) {
    std::map<int64_t, int64_t> blocks;
    for (int64_t i = begin; i < std::min<int64_t>(begin + kWindow, 1605); ++i) {
      ++blocks[order[i] / kBlock];
    }
    EXPECT_LE(blocks.size(), 18U);
    for (const auto& [block, records] : blocks) {
      if (records < kBlock && block != 160) ++straddling;
    }
  }
  EXPECT_LE(straddling, 2 * 11) << "blocks that the smaller one pushed over a window's edge";
}

// The smaller block is no later than the others: its records do not always end the epoch.
TEST(EpochOrder, TheSmallerBlockComesAnywhere) {
  double sum = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    sum += static_cast<double>(EpochOrder(10'003, seed, 0, true, 10).position_of(10'002));
  }
  EXPECT_NEAR(sum / 200 / 10'003, 0.5, 0.08);
}

TEST(EpochOrder, ItsMeasureTellsShufflesApart) {
  const auto distance = [](int64_t block, bool shuffle = true) {
    return shuffle_distance(EpochOrder(100'000, 1, 0, shuffle, block), 100'000);
  };
  EXPECT_NEAR(distance(0), 1, 0.05);
  EXPECT_NEAR(distance(100), 0.016 + 0.01, 0.012)
      << "a window of 1,600, and a hop at each block's end";
  EXPECT_LT(distance(100), distance(1000));
  EXPECT_LT(distance(0, false), 0.0001);
}

}  // namespace
}  // namespace headrace
