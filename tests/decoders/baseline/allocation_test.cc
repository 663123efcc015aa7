#include <gtest/gtest.h>

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "made_pictures.h"
#include "support/allocation_counter.h"
#include "test_pictures.h"

namespace headrace {
namespace {

TEST(BaselineAllocation, NoneOnceTheLargestPicturesWereSeen) {
  std::mt19937 random(1);
  std::vector<FileBytes> files;
  std::vector<JpegSpec> specs;
  for (int i = 0; i < 24; ++i) {
    specs.push_back(random_spec(random, i % kPictureKinds, 200 - i, 100 + i));
    files.push_back(make_jpeg(specs.back()));
  }
  auto damaged = make_jpeg({.width = 200, .height = 100});
  damaged.resize(damaged.size() / 2);
  BaselineDecoder decoder;
  Image image;
  IndexExchange exchange;
  ByteBuffer index;
  const auto run = [&] {
    for (size_t i = 0; i < files.size(); ++i) {
      const int width = specs[i].width;
      const int height = specs[i].height;
      const Region regions[] = {{0, 0, width, height}, {13, 60, 80, 20}, {100, 30, 50, 50}};
      ASSERT_EQ(decoder.make_index(index, files[i], static_cast<int>(i % 3)), DecodeReason::kNone);
      for (const Region& region : regions) {
        ASSERT_EQ(decoder.decode(image, files[i], region, nullptr).reason, DecodeReason::kNone);
        exchange.known = index.view();
        ASSERT_TRUE(decoder.decode(image, files[i], region, &exchange).indexed);
        exchange.known = {};
        exchange.record = true;
        ASSERT_EQ(decoder.decode(image, files[i], region, &exchange).reason, DecodeReason::kNone);
      }
      ASSERT_EQ(decoder.decode(image, damaged, {0, 0, 200, 100}, nullptr).reason,
                DecodeReason::kData);
    }
  };
  run();
  const int before = allocations();
  EXPECT_GT(before, 0);
  run();
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace headrace
