// Plans for pictures that are decoded smaller than they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "headrace/augment/crop.h"
#include "headrace/augment/transform.h"

namespace headrace {
namespace {

Transform make(Preset preset, int size, int short_side = 0) {
  TransformOptions options;
  options.preset = preset;
  options.size = size;
  options.resize_short_side = short_side;
  return Transform::create(options).value();
}

struct Size {
  int width, height;
};

constexpr Size kSizes[] = {{500, 375},  {2000, 1500}, {1999, 1501}, {4001, 2999},
                           {640, 3333}, {3333, 640},  {224, 224},   {448, 448},
                           {447, 449},  {1, 1},       {8, 65500},   {65500, 8}};

void expect_inside(const Region& region, int width, int height) {
  EXPECT_GE(region.x, 0);
  EXPECT_GE(region.y, 0);
  EXPECT_GE(region.width, 1);
  EXPECT_GE(region.height, 1);
  EXPECT_LE(region.x + region.width, width);
  EXPECT_LE(region.y + region.height, height);
}

TEST(ScaledPlan, IsAsEverWhereNoScaleIsAllowed) {
  for (const Preset preset : {Preset::kTrain, Preset::kEval}) {
    const Transform transform = make(preset, 224);
    const SamplePlan plan = transform.plan(2000, 1500, {1, 2, 3});
    EXPECT_EQ(plan.scale, 1);
    EXPECT_EQ(transform.plan(2000, 1500, {1, 2, 3}, 1).decode, plan.decode);
  }
}

TEST(ScaledPlan, TrainScalesAsFarAsTheCropHasThePixels) {
  const Transform transform = make(Preset::kTrain, 100);
  int seen[9] = {};
  for (const auto& [width, height] : kSizes) {
    for (uint64_t record = 0; record < 300; ++record) {
      const RandomKey key{5, 1, record};
      const SamplePlan whole = transform.plan(width, height, key);
      for (const int max_scale : {1, 2, 4, 8}) {
        const SamplePlan plan = transform.plan(width, height, key, max_scale);
        ASSERT_EQ(plan.crop, whole.crop);
        ASSERT_EQ(plan.flip, whole.flip);
        ASSERT_LE(plan.scale, max_scale);
        const int least = std::min(plan.crop.width, plan.crop.height);
        ASSERT_TRUE(plan.scale == 1 || least >= 100 * plan.scale);
        ASSERT_TRUE(2 * plan.scale > max_scale || least < 200 * plan.scale);
        ++seen[plan.scale];
      }
    }
  }
  for (const int scale : {1, 2, 4, 8}) EXPECT_GT(seen[scale], 100) << scale;
}

TEST(ScaledPlan, TrainMovesEdgesByAtMostHalfAScaledPixelAndNeverEnlarges) {
  const Transform transform = make(Preset::kTrain, 64);
  for (const auto& [width, height] : kSizes) {
    for (uint64_t record = 0; record < 300; ++record) {
      const SamplePlan plan = transform.plan(width, height, {6, 1, record}, 8);
      const int scale = plan.scale;
      const Region& decode = plan.decode;
      expect_inside(decode, scaled_side(width, scale), scaled_side(height, scale));
      EXPECT_LE(2 * std::abs(decode.x * scale - plan.crop.x), scale);
      EXPECT_LE(2 * std::abs(decode.y * scale - plan.crop.y), scale);
      EXPECT_LE(2 * std::abs((decode.x + decode.width) * scale - plan.crop.x - plan.crop.width),
                scale);
      EXPECT_LE(2 * std::abs((decode.y + decode.height) * scale - plan.crop.y - plan.crop.height),
                scale);
      EXPECT_EQ(plan.resize.x, ResizeAxis::whole(decode.width, 64));
      EXPECT_EQ(plan.resize.y, ResizeAxis::whole(decode.height, 64));
      if (scale > 1) {
        EXPECT_GE(decode.width, 64);
        EXPECT_GE(decode.height, 64);
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << width << " x " << height;
  }
}

TEST(ScaledPlan, EvalResizesTheScaledPictureToTheSameSize) {
  for (const auto& [size, short_side] : {std::pair{224, 256}, {100, 100}, {64, 300}}) {
    const Transform transform = make(Preset::kEval, size, short_side);
    for (const auto& [width, height] : kSizes) {
      const SamplePlan whole = transform.plan(width, height, {});
      const SamplePlan plan = transform.plan(width, height, {}, 8);
      EXPECT_EQ(plan.crop, whole.crop);
      EXPECT_LE(2 * std::abs(plan.resize.x.in_size * plan.scale - width), plan.scale);
      EXPECT_LE(2 * std::abs(plan.resize.y.in_size * plan.scale - height), plan.scale);
      const std::pair<ResizeAxis, ResizeAxis> axes[] = {{plan.resize.x, whole.resize.x},
                                                        {plan.resize.y, whole.resize.y}};
      for (const auto& [axis, before] : axes) {
        EXPECT_EQ(axis.out_size, before.out_size);
        EXPECT_EQ(axis.out_begin, before.out_begin);
        EXPECT_EQ(axis.out_count, before.out_count);
        if (plan.scale > 1) {
          EXPECT_GE(axis.in_size, axis.out_size);
        }
      }
      EXPECT_EQ(plan.decode, (Region{plan.resize.x.in_begin, plan.resize.y.in_begin,
                                     plan.resize.x.in_count, plan.resize.y.in_count}));
      expect_inside(plan.decode, scaled_side(width, plan.scale), scaled_side(height, plan.scale));
      EXPECT_TRUE(plan.scale == 8 ||
                  whole.resize.x.in_size < 2 * plan.scale * plan.resize.x.out_size ||
                  whole.resize.y.in_size < 2 * plan.scale * plan.resize.y.out_size);
    }
  }
  EXPECT_EQ(make(Preset::kEval, 224).plan(2000, 1500, {}, 8).scale, 4);
  EXPECT_EQ(make(Preset::kEval, 224).plan(2000, 1500, {}, 2).scale, 2);
  EXPECT_EQ(make(Preset::kEval, 224).plan(511, 700, {}, 8).scale, 1);
  EXPECT_EQ(make(Preset::kEval, 224).plan(512, 700, {}, 8).scale, 2);
}

// What an output shows is at most half a pixel of the smaller picture away from where it was.
TEST(ScaledPlan, EvalShowsNearlyTheSamePlace) {
  const Transform transform = make(Preset::kEval, 224);
  for (int width = 2040; width < 2056; ++width) {
    const SamplePlan whole = transform.plan(width, 1500, {});
    const SamplePlan plan = transform.plan(width, 1500, {}, 8);
    ASSERT_EQ(plan.scale, 4);
    for (int i = 0; i <= 224; ++i) {
      const auto place = [i](const ResizeAxis& axis) {
        return (axis.out_begin + i) * (double{1} * axis.in_size / axis.out_size);
      };
      EXPECT_LE(std::abs(4 * place(plan.resize.x) - place(whole.resize.x)), 2);
    }
  }
}

}  // namespace
}  // namespace headrace
