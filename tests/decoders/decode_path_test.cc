#include "headrace/decoders/decode_path.h"

#include <gtest/gtest.h>

#include <set>

namespace headrace {
namespace {

TEST(DecodePath, EveryOneHasANameOfItsOwn) {
  std::set<std::string_view> names = {"", "unknown"};
  for (size_t i = 0; i < kDecodePathCount; ++i) {
    EXPECT_TRUE(names.insert(decode_path_name(static_cast<DecodePath>(i))).second) << i;
  }
  for (size_t i = 0; i < kDecodeReasonCount; ++i) {
    EXPECT_TRUE(names.insert(decode_reason_name(static_cast<DecodeReason>(i))).second) << i;
  }
}

TEST(DecodePathCounts, AddUpAndComeApart) {
  DecodePathCounts first;
  first.count(DecodePath::kOwn, DecodeReason::kNone);
  DecodePathCounts second;
  second.count(DecodePath::kOwn, DecodeReason::kNone);
  second.count(DecodePath::kOpencv, DecodeReason::kNotJpeg);
  DecodePathCounts both = first;
  both.add(second);

  const auto entries = both.entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].route, (DecodeRoute{DecodePath::kOwn, DecodeReason::kNone}));
  EXPECT_EQ(entries[0].pictures, 2);
  EXPECT_EQ(entries[1].route, (DecodeRoute{DecodePath::kOpencv, DecodeReason::kNotJpeg}));
  EXPECT_EQ(entries[1].pictures, 1);

  both.subtract(first);
  EXPECT_EQ(both.pictures, second.pictures);
}

}  // namespace
}  // namespace headrace
