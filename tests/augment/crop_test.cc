#include "headrace/augment/crop.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace headrace {
namespace {

constexpr std::array<double, 2> kScale{0.08, 1.0};
constexpr std::array<double, 2> kRatio{3. / 4, 4. / 3};

Region crop_of(int width, int height, std::array<double, 2> scale, std::array<double, 2> ratio,
               uint64_t record) {
  KeyedRandom random({7, 0, record}, RandomPurpose::kCrop);
  return random_resized_crop(width, height, scale, ratio, random);
}

bool inside(const Region& crop, int width, int height) {
  return crop.width >= 1 && crop.height >= 1 && crop.x >= 0 && crop.y >= 0 &&
         crop.x + crop.width <= width && crop.y + crop.height <= height;
}

TEST(RoundHalfEven, IsPythons) {
  EXPECT_EQ(round_half_even(0.5), 0);
  EXPECT_EQ(round_half_even(1.5), 2);
  EXPECT_EQ(round_half_even(2.5), 2);
  EXPECT_EQ(round_half_even(2.4999), 2);
  EXPECT_EQ(round_half_even(2.5001), 3);
  EXPECT_EQ(round_half_even(15.5), 16);
  EXPECT_EQ(round_half_even(7), 7);
  EXPECT_EQ(round_half_even(0.49999999999999994), 0);  // where floor(x + 0.5) is wrong
}

TEST(RandomResizedCrop, LiesInThePictureWhateverItsShape) {
  uint64_t record = 0;
  for (const int width : {1, 2, 3, 10, 333, 500, 4000, 100000}) {
    for (const int height : {1, 2, 5, 375, 3000, 65535}) {
      for (int i = 0; i < 50; ++i) {
        const Region crop = crop_of(width, height, kScale, kRatio, ++record);
        ASSERT_TRUE(inside(crop, width, height))
            << width << 'x' << height << ": " << crop.x << ' ' << crop.y << ' ' << crop.width << ' '
            << crop.height;
      }
    }
  }
}

TEST(RandomResizedCrop, ExtremeOptionsStayInThePicture) {
  for (uint64_t record = 0; record < 200; ++record) {
    EXPECT_TRUE(inside(crop_of(37, 91, {1e-9, 1e-8}, {1e-6, 1e6}, record), 37, 91));
    EXPECT_TRUE(inside(crop_of(1, 91, {1, 1}, {1e3, 1e300}, record), 1, 91));
    EXPECT_TRUE(inside(crop_of(91, 1, {1, 1}, {1e-300, 1e-3}, record), 91, 1));
  }
}

// A side is rounded, by half a pixel at most: that bounds what a fitting try may be off.
TEST(RandomResizedCrop, AreaAndRatioAreInRange) {
  constexpr int kWidth = 500;
  constexpr int kHeight = 375;
  for (uint64_t record = 0; record < 5000; ++record) {
    const Region crop = crop_of(kWidth, kHeight, kScale, kRatio, record);
    const double w = crop.width;
    const double h = crop.height;
    EXPECT_GE((w + 0.5) * (h + 0.5), 0.08 * kWidth * kHeight);
    EXPECT_GE((w + 0.5) / (h - 0.5), 0.75);
    EXPECT_LE((w - 0.5) / (h + 0.5), 4. / 3);
  }
}

// Where every try fits, area and log ratio are uniform as drawn, and so is the place.
TEST(RandomResizedCrop, IsDistributedAsDrawn) {
  constexpr int kSide = 2000;
  constexpr int kCrops = 20000;
  int area_quarters[4] = {};
  int ratio_quarters[4] = {};
  int x_quarters[4] = {};
  int y_quarters[4] = {};
  const auto count = [](int(&quarters)[4], double part) {
    ++quarters[std::min(3, std::max(0, static_cast<int>(part * 4)))];
  };
  for (uint64_t record = 0; record < kCrops; ++record) {
    const Region crop = crop_of(kSide, kSide, {0.1, 0.5}, kRatio, record);
    const double area = double{1} * crop.width * crop.height / (double{kSide} * kSide);
    const double log_ratio = std::log(double{1} * crop.width / crop.height);
    count(area_quarters, (area - 0.1) / 0.4);
    count(ratio_quarters, (log_ratio - std::log(0.75)) / (std::log(4. / 3) - std::log(0.75)));
    count(x_quarters, (crop.x + 0.5) / (kSide - crop.width + 1));
    count(y_quarters, (crop.y + 0.5) / (kSide - crop.height + 1));
  }
  for (int i = 0; i < 4; ++i) {
    constexpr double kQuarter = kCrops / 4.0;
    constexpr double kFiveSigma = 5 * 61.3;  // sqrt(20000 / 4 * 3 / 4)
    EXPECT_NEAR(area_quarters[i], kQuarter, kFiveSigma);
    EXPECT_NEAR(ratio_quarters[i], kQuarter, kFiveSigma);
    EXPECT_NEAR(x_quarters[i], kQuarter, kFiveSigma);
    EXPECT_NEAR(y_quarters[i], kQuarter, kFiveSigma);
  }
}

TEST(RandomResizedCrop, FallsBackToTheLargestCentralCrop) {
  // The whole area at ratios up to 4 / 3 never fits into a line.
  EXPECT_EQ(crop_of(1000, 10, {1, 1}, kRatio, 1), (Region{493, 0, 13, 10}));  // round(13.33)
  EXPECT_EQ(crop_of(10, 1000, {1, 1}, kRatio, 1), (Region{0, 493, 10, 13}));
  EXPECT_EQ(crop_of(500, 500, {1, 1}, {2, 2}, 1), (Region{0, 125, 500, 250}));
  EXPECT_EQ(crop_of(500, 500, {1, 1}, {0.5, 0.5}, 1), (Region{125, 0, 250, 500}));
  // round(12.5) is 12: halves to even.
  EXPECT_EQ(crop_of(25, 25, {1, 1}, {2, 2}, 1), (Region{0, 6, 25, 12}));
  // Permitted as it is: all of it. Both sides of the try round up to 4 x 4 (3.5 to even).
  EXPECT_EQ(crop_of(3, 4, {1, 1}, {0.99, 1.01}, 1), (Region{0, 0, 3, 3}));
}

// These are part of the batches that a seed gives: they never change.
TEST(RandomResizedCrop, GoldenCrops) {
  EXPECT_EQ(crop_of(500, 375, kScale, kRatio, 0), (Region{133, 62, 300, 281}));
  EXPECT_EQ(crop_of(500, 375, kScale, kRatio, 1), (Region{111, 0, 325, 309}));
  EXPECT_EQ(crop_of(333, 500, kScale, kRatio, 2), (Region{0, 95, 267, 353}));
  EXPECT_EQ(crop_of(2000, 100, kScale, kRatio, 3), (Region{933, 0, 133, 100}));
}

// Against the same arithmetic done by Python (tests/golden/make_resize_golden.py).
TEST(ResizeAndCenterCrop, HasTorchvisionsArithmetic) {
  std::ifstream file(HEADRACE_GOLDEN "/center_crop.txt");
  int lines = 0;
  int width, height, short_side, size, resized_width, resized_height, left, top;
  while (file >> width >> height >> short_side >> size >> resized_width >> resized_height >> left >>
         top) {
    const ResizePlan plan = resize_and_center_crop(width, height, short_side, size);
    EXPECT_EQ(plan.x, ResizeAxis::window(width, resized_width, left, size));
    EXPECT_EQ(plan.y, ResizeAxis::window(height, resized_height, top, size));
    ++lines;
  }
  EXPECT_GT(lines, 300);
}

TEST(ResizeAndCenterCrop, AbsurdlyLongPicturesAreLimitedNotWrapped) {
  const ResizePlan plan = resize_and_center_crop(178'956'970, 1, 256, 224);
  EXPECT_EQ(plan.x.out_size, 1 << 30);
  EXPECT_GE(plan.x.in_begin, 0);
  EXPECT_LE(plan.x.in_begin + plan.x.in_count, 178'956'970);
  EXPECT_LT(plan.x.in_count, 100);
  EXPECT_EQ(plan.y, ResizeAxis::window(1, 256, 16, 224));
}

}  // namespace
}  // namespace headrace
