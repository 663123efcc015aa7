// The next epoch's first batches are made while the last ones of this epoch are taken.
#include <gtest/gtest.h>

#include <thread>

#include "loader_cases.h"

namespace headrace {
namespace {

// 40 records are 5 batches.
ImageLoaderOptions ahead_by(int batches) {
  ImageLoaderOptions options = small_options();
  options.prefetch_batches = batches;
  return options;
}

void take_epoch(ImageLoader& loader, int64_t number) {
  loader.start_epoch(number);
  while (const BatchPtr batch = loader.next().value()) ASSERT_EQ(batch->epoch(), number);
}

// Whether so many records get read, soon.
bool reads_become(const FakeSource& source, int reads) {
  for (int i = 0; i < 2000 && source.reads < reads; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return source.reads == reads;
}

std::vector<std::string> fresh_epoch(int64_t number) {
  const auto loader = open(std::make_shared<FakeSource>(40), small_options());
  loader->start_epoch(number);
  return rest_of_epoch(*loader);
}

TEST(EpochBoundary, TheNextEpochIsBegunAhead) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(3));
  take_epoch(*loader, 0);
  EXPECT_TRUE(reads_become(*source, 40 + 24)) << source->reads;
  loader->start_epoch(1);
  EXPECT_EQ(rest_of_epoch(*loader), fresh_epoch(1));
  EXPECT_TRUE(reads_become(*source, 80 + 24)) << "nothing was made twice: " << source->reads;
}

TEST(EpochBoundary, AnotherEpochThanExpectedCostsOnlyTime) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(3));
  for (const int64_t number : {0, 4, 2, 2, 0, 1}) {
    loader->start_epoch(number);
    EXPECT_EQ(rest_of_epoch(*loader), fresh_epoch(number)) << number;
  }
}

TEST(EpochBoundary, WhoeverRepeatsAnEpochGetsThatOneAhead) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(2));
  take_epoch(*loader, 0);
  ASSERT_TRUE(reads_become(*source, 40 + 16)) << "the next one, which is not wanted";
  take_epoch(*loader, 0);
  ASSERT_TRUE(reads_become(*source, 56 + 40 + 16)) << "the same one again";
  loader->start_epoch(0);
  EXPECT_EQ(rest_of_epoch(*loader), fresh_epoch(0));
  EXPECT_TRUE(reads_become(*source, 112 + 24 + 16)) << source->reads;
}

TEST(EpochBoundary, LeavingEarlyDropsWhatWasBegun) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(4));
  for (int64_t number = 0; number < 10; ++number) {
    loader->start_epoch(number);
    for (int64_t i = 0; i <= number % 5; ++i) ASSERT_EQ(loader->next().value()->index(), i);
  }
  loader->start_epoch(10);
  EXPECT_EQ(rest_of_epoch(*loader), fresh_epoch(10));
}

TEST(EpochBoundary, AnEpochSmallerThanThePrefetch) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(16));
  for (int64_t number = 0; number < 4; ++number) {
    loader->start_epoch(number);
    EXPECT_EQ(rest_of_epoch(*loader), fresh_epoch(number)) << number;
  }
}

TEST(EpochBoundary, NoneIsBegunWithoutPrefetchNorAfterTheLast) {
  for (const bool prefetches : {false, true}) {
    const auto source = std::make_shared<FakeSource>(40);
    ImageLoaderOptions options = ahead_by(prefetches ? 3 : 0);
    if (prefetches) options.last_epoch = 1;
    const auto loader = open(source, options);
    take_epoch(*loader, 0);
    take_epoch(*loader, 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(source->reads, 80);
  }
}

TEST(EpochBoundary, ABadSampleAheadIsAnErrorOfItsOwnEpoch) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, ahead_by(5));
  loader->start_epoch(0);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(loader->next().ok());
  ASSERT_TRUE(reads_become(*source, 80));
  EXPECT_EQ(loader->next().value(), nullptr);
  EXPECT_EQ(loader->next().value(), nullptr);
}

}  // namespace
}  // namespace headrace
