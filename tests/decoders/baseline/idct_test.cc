// Coefficients of all kinds, also those that pictures hardly have.
#include <gtest/gtest.h>

#include "baseline_targets.h"
#include "coefficient_jpeg.h"
#include "made_pictures.h"

namespace headrace {
namespace {

class Idct : public OnEachTarget {
 protected:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  int16_t within(int limit) { return static_cast<int16_t>(below(2 * limit + 1) - limit); }

  void set_quant(int value) { spec_.quant.fill(static_cast<uint16_t>(value)); }

  // Makes a picture and compares it with libjpeg's. What our decoder hands over is counted: wrong
  // it may never be.
  template <class Next>
  void check(const Next& next) {
    spec_.width = 1 + below(200);
    spec_.height = 1 + below(40);
    spec_.colour = spec_.width > 4 && below(2) == 0;
    const auto file = make_coefficient_jpeg(spec_, next);
    const auto expected = decode_whole(file);
    ASSERT_TRUE(expected.has_value());
    const Region whole{0, 0, spec_.width, spec_.height};
    const DecodeReason reason = decoder_.decode(image_, file, whole, nullptr).reason;
    ++pictures_;
    if (reason == DecodeReason::kData) {
      ++handed_over_;
      return;
    }
    ASSERT_EQ(reason, DecodeReason::kNone);
    ASSERT_TRUE(holds(image_, *expected, whole));
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  CoefficientSpec spec_;
  BaselineDecoder decoder_;
  Image image_;
  int pictures_ = 0;
  int handed_over_ = 0;
};

TEST_P(Idct, EqualsLibjpegsForSingleCoefficients) {
  for (int place = 0; place < kBlockSize; ++place) {
    set_quant(1 + place % 3);
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      block[place] = within(600);
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// As encoders make them: no coefficient beyond 8 times a sample's range, in whatever number.
TEST_P(Idct, EqualsLibjpegsForSparseAndDenseBlocks) {
  for (int i = 0; i < 300; ++i) {
    for (uint16_t& quant : spec_.quant)
      quant = static_cast<uint16_t>(1 + below(i % 2 == 0 ? 3 : 100));
    const int density = 1 + below(64);
    const int limit = 1 + below(1023);
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      for (int n = 0; n < density; ++n) {
        const int place = below(64);
        block[place] = within(std::max(1, limit / spec_.quant[place]));
      }
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// The shorter way for blocks of 4 x 4 coefficients, alone and among others.
TEST_P(Idct, EqualsLibjpegsForBlocksWithOnlySomeRowsAndColumns) {
  set_quant(1);
  for (int i = 0; i < 400; ++i) {
    const int rows = 1 + below(8);
    const int columns = 1 + below(8);
    const int odd_one = below(4) == 0 ? 1 + below(10) : 0;  // a block in so many is full
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      const bool full = odd_one != 0 && below(odd_one) == 0;
      for (int y = 0; y < (full ? 8 : rows); ++y) {
        for (int x = 0; x < (full ? 8 : columns); ++x) block[8 * y + x] = within(300);
      }
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// One coefficient just outside the 4 x 4, in one block of many.
TEST_P(Idct, SeesEveryCoefficientOutsideTheFirstFourByFour) {
  set_quant(2);
  for (int place = 0; place < kBlockSize; ++place) {
    int n = 0;
    const int which = below(12);
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 4; ++x) block[8 * y + x] = within(100);
      }
      if (n++ == which) block[place] = 100;
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// Samples far beyond 0 and 255.
TEST_P(Idct, EqualsLibjpegsForTheLargestValuesOfEncoders) {
  for (int i = 0; i < 100; ++i) {
    set_quant(i % 2 == 0 ? 1 : 16);
    const int limit = i % 2 == 0 ? 1023 : 64;
    const int density = i % 3 == 0 ? 64 : 1 + below(64);
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      for (int n = 0; n < density; ++n) {
        block[below(64)] = static_cast<int16_t>(below(2) == 0 ? limit : -limit);
      }
      return block;
    }));
  }
  EXPECT_EQ(handed_over_, 0);
}

// Products and sums that do not fit: libjpeg's pixels, or libjpeg itself.
TEST_P(Idct, IsNeverWrongForValuesOutOfRange) {
  for (int i = 0; i < 600; ++i) {
    const int most = 1 << (1 + below(16));
    for (uint16_t& quant : spec_.quant) {
      quant = static_cast<uint16_t>(1 + below(std::min(most, 65535)));
    }
    const int density = 1 + below(i % 3 == 0 ? 64 : 5);
    const int limit = 1 + below(1023);
    const bool first_row = below(4) == 0;
    ASSERT_NO_FATAL_FAILURE(check([&] {
      Coefficients block{};
      for (int n = 0; n < density; ++n) block[below(first_row ? 8 : 64)] = within(limit);
      return block;
    }));
  }
  EXPECT_GT(handed_over_, 50);
  EXPECT_LT(handed_over_, 550);
}

// Where libjpeg's implementations begin to differ: a coefficient of the first row, times its
// quantiser, from 2^13 on.
TEST_P(Idct, HandsOverFromTheLimitOn) {
  for (int place = 0; place < 8; ++place) {
    for (const int sign : {-1, 1}) {
      set_quant(8);
      const auto with_value = [&](int value) {
        return [=, n = 0]() mutable {
          Coefficients block{};
          block[place] = static_cast<int16_t>(n++ == 0 ? sign * value : 1);
          return block;
        };
      };
      ASSERT_NO_FATAL_FAILURE(check(with_value(1023)));
      EXPECT_EQ(handed_over_, 0);
      set_quant(9);
      ASSERT_NO_FATAL_FAILURE(check(with_value(1023)));
      EXPECT_EQ(handed_over_, 1);
      handed_over_ = 0;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Idct, testing::ValuesIn(baseline_targets()), target_name);

}  // namespace
}  // namespace headrace
