#include "headrace/base/keyed_random.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace headrace {
namespace {

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
TEST(Philox, MatchesThePublishedVectors) {
  using Block = std::array<uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(KeyedRandom, EachPartOfTheKeyMatters) {
  std::set<uint32_t> firsts;
  const auto first = [&](RandomKey key, RandomPurpose purpose) {
    firsts.insert(KeyedRandom(key, purpose).next_u32());
  };
  first({1, 2, 3}, RandomPurpose::kCrop);
  first({1, 2, 3}, RandomPurpose::kFlip);
  first({1, 2, 4}, RandomPurpose::kCrop);
  first({1, 3, 3}, RandomPurpose::kCrop);
  first({2, 2, 3}, RandomPurpose::kCrop);
  first({1 | uint64_t{1} << 32, 2, 3}, RandomPurpose::kCrop);
  first({1, 2 | uint64_t{1} << 32, 3}, RandomPurpose::kCrop);
  first({1, 2, 3 | uint64_t{1} << 32}, RandomPurpose::kCrop);
  EXPECT_EQ(firsts.size(), 8U);
}

TEST(KeyedRandom, SameKeySameDraws) {
  KeyedRandom a({9, 8, 7}, RandomPurpose::kCrop);
  KeyedRandom b({9, 8, 7}, RandomPurpose::kCrop);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next_u32(), b.next_u32());
}

TEST(KeyedRandom, UniformFillsItsRange) {
  double sum = 0;
  double least = 1;
  double greatest = 0;
  for (uint64_t record = 0; record < 10000; ++record) {
    const double u = KeyedRandom({1, 0, record}, RandomPurpose::kFlip).uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    least = std::min(least, u);
    greatest = std::max(greatest, u);
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.015);  // five standard errors
  EXPECT_LT(least, 0.002);
  EXPECT_GT(greatest, 0.998);
}

TEST(KeyedRandom, BelowIsEven) {
  KeyedRandom random({3, 1, 4}, RandomPurpose::kCrop);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[random.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
}

}  // namespace
}  // namespace headrace
