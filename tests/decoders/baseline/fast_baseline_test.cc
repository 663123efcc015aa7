// DecodeAccuracy::kFast by our own decoder: exactly the pixels of libjpeg's plain upsampling and
// reduced DCTs, whole and by region.
#include <gtest/gtest.h>

#include <utility>

#include "baseline_targets.h"
#include "coefficient_jpeg.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {
namespace {

constexpr int kScales[] = {1, 2, 4, 8};

class FastBaseline : public OnEachTarget {
 protected:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  int16_t within(int limit) { return static_cast<int16_t>(below(2 * limit + 1) - limit); }

  void check(const FileBytes& file, const ReferencePicture& expected, const Region& region,
             int scale, IndexExchange* index) {
    const BaselineDecoder::Outcome outcome = decoder_.decode(image_, file, region, index, scale);
    ASSERT_EQ(outcome.reason, DecodeReason::kNone);
    ASSERT_EQ(outcome.indexed, index != nullptr && !index->known.empty());
    ASSERT_TRUE(holds(image_, expected, region)) << "scale " << scale;
    ++regions_;
  }

  // Random regions at each scale, with no index, a complete one, and one that grows.
  void check_regions(const FileBytes& file, int count) {
    ByteBuffer row_index;
    ByteBuffer fine_index;
    ASSERT_EQ(decoder_.make_index(row_index, file, 0), DecodeReason::kNone);
    ASSERT_EQ(decoder_.make_index(fine_index, file, 3), DecodeReason::kNone);
    for (const int scale : kScales) {
      const auto expected = decode_whole_fast(file, scale);
      ASSERT_TRUE(expected.has_value());
      FileBytes grown;
      for (int i = 0; i < count; ++i) {
        const Region region = random_region(random_, expected->width, expected->height);
        IndexExchange index;
        if (i % 4 == 0) index.known = row_index.view();
        if (i % 4 == 1) index.known = fine_index.view();
        if (i % 4 == 2) {
          index.known = grown;
          index.record = true;
        }
        ASSERT_NO_FATAL_FAILURE(
            check(file, *expected, region, scale, i % 4 == 3 ? nullptr : &index));
        if (index.grown.size() > 0) {
          grown.assign(index.grown.view().begin(), index.grown.view().end());
        }
      }
    }
  }

  // A picture of given coefficients, whole, at each scale. What our decoder hands over is counted:
  // wrong it may never be.
  template <class Next>
  void check_coefficients(const std::array<uint16_t, kBlockSize>& quant, const Next& next) {
    CoefficientSpec spec{.width = 5 + below(150), .height = 1 + below(40), .quant = quant};
    spec.colour = below(2) == 0;
    const auto file = make_coefficient_jpeg(spec, next);
    for (const int scale : kScales) {
      const auto expected = decode_whole_fast(file, scale);
      ASSERT_TRUE(expected.has_value());
      const Region whole{0, 0, expected->width, expected->height};
      const DecodeReason reason = decoder_.decode(image_, file, whole, nullptr, scale).reason;
      ++pictures_;
      if (reason == DecodeReason::kData) {
        ++handed_over_;
        continue;
      }
      ASSERT_EQ(reason, DecodeReason::kNone);
      ASSERT_TRUE(holds(image_, *expected, whole)) << "scale " << scale;
    }
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  BaselineDecoder decoder_{DecodeAccuracy::kFast};
  Image image_;
  int regions_ = 0;
  int pictures_ = 0;
  int handed_over_ = 0;
};

TEST_P(FastBaseline, CutsPicturesOfEveryKindAndSizeExactly) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    for (int i = 0; i < 30; ++i) {
      const int side = i % 3 == 0 ? 40 : 300;
      const JpegSpec spec = random_spec(random_, kind, 5 + below(side), 1 + below(side));
      ASSERT_NO_FATAL_FAILURE(check_regions(make_jpeg(spec), 8)) << describe(spec);
    }
  }
  EXPECT_EQ(regions_, kPictureKinds * 30 * 4 * 8);
}

TEST_P(FastBaseline, CutsAtEveryRowAndColumnExactly) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    const JpegSpec spec = random_spec(random_, kind, 149, 83);
    const auto file = make_jpeg(spec);
    for (const int scale : kScales) {
      const auto expected = decode_whole_fast(file, scale);
      ASSERT_TRUE(expected.has_value());
      ASSERT_EQ(expected->width, scaled_side(149, scale));
      ASSERT_EQ(expected->height, scaled_side(83, scale));
      const int last_x = expected->width - 1;
      const int last_y = expected->height - 1;
      for (int x = 0; x <= last_x; ++x) {
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, {x, 2, last_x - x + 1, 3}, scale, nullptr));
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, {0, 3, x + 1, 2}, scale, nullptr));
      }
      for (int y = 0; y <= last_y; ++y) {
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, {2, y, 7, last_y - y + 1}, scale, nullptr));
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, {3, 0, 6, y + 1}, scale, nullptr));
      }
    }
  }
}

// Of pictures larger than a few chunks of MCUs, into an image that has no byte to spare.
TEST_P(FastBaseline, StaysInsideTheImage) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    const JpegSpec spec = random_spec(random_, kind, 1200 + below(64), 300);
    const auto file = make_jpeg(spec);
    for (const int scale : kScales) {
      const auto expected = decode_whole_fast(file, scale);
      ASSERT_TRUE(expected.has_value());
      const Region right{expected->width / 2, 1, expected->width - expected->width / 2,
                         expected->height - 1};
      image_ = tight_image(right.width, right.height);
      ASSERT_NO_FATAL_FAILURE(check(file, *expected, right, scale, nullptr)) << describe(spec);
    }
  }
}

TEST_P(FastBaseline, EqualsLibjpegsForSingleCoefficients) {
  for (int place = 0; place < kBlockSize; ++place) {
    std::array<uint16_t, kBlockSize> quant;
    quant.fill(static_cast<uint16_t>(1 + place % 3));
    ASSERT_NO_FATAL_FAILURE(check_coefficients(quant, [&] {
      Coefficients block{};
      block[static_cast<size_t>(place)] = within(600);
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

TEST_P(FastBaseline, EqualsLibjpegsForBlocksOfAnyDensity) {
  for (int i = 0; i < 200; ++i) {
    std::array<uint16_t, kBlockSize> quant;
    for (uint16_t& q : quant) q = static_cast<uint16_t>(1 + below(i % 2 == 0 ? 3 : 100));
    const int density = 1 + below(64);
    const int limit = 1 + below(1023);
    ASSERT_NO_FATAL_FAILURE(check_coefficients(quant, [&] {
      Coefficients block{};
      for (int n = 0; n < density; ++n) {
        const auto place = static_cast<size_t>(below(64));
        block[place] = within(std::max(1, limit / quant[place]));
      }
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// Products and sums that do not fit: libjpeg's pixels, or libjpeg itself.
TEST_P(FastBaseline, IsNeverWrongForValuesOutOfRange) {
  for (int i = 0; i < 300; ++i) {
    const int most = 1 << (1 + below(16));
    std::array<uint16_t, kBlockSize> quant;
    for (uint16_t& q : quant) q = static_cast<uint16_t>(1 + below(std::min(most, 65535)));
    const int density = 1 + below(i % 3 == 0 ? 64 : 5);
    const int limit = 1 + below(1023);
    ASSERT_NO_FATAL_FAILURE(check_coefficients(quant, [&] {
      Coefficients block{};
      for (int n = 0; n < density; ++n) block[static_cast<size_t>(below(64))] = within(limit);
      return block;
    }));
  }
  EXPECT_GT(handed_over_, 0);
  EXPECT_LT(handed_over_, pictures_ / 2 + pictures_ / 4);
}

INSTANTIATE_TEST_SUITE_P(, FastBaseline, testing::ValuesIn(baseline_targets()), target_name);

}  // namespace
}  // namespace headrace
