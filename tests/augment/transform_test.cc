#include "headrace/augment/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <thread>
#include <vector>

#include "headrace/augment/normalise.h"
#include "headrace/augment/resize_reference.h"
#include "pictures.h"

namespace headrace {
namespace {

using testing::HasSubstr;

Transform make(const TransformOptions& options) {
  return Transform::create(options).value();
}

TransformOptions eval(int size, int short_side = 0) {
  TransformOptions options;
  options.preset = Preset::kEval;
  options.size = size;
  options.resize_short_side = short_side;
  return options;
}

std::vector<float> finish(const Transform& transform, int width, int height, const RandomKey& key,
                          Transform::Scratch& scratch) {
  const SamplePlan plan = transform.plan(width, height, key);
  std::vector<float> slot(transform.sample_floats());
  transform.finish(slot.data(), picture("noise", plan.decode), plan, scratch);
  return slot;
}

TEST(Transform, RefusesOptionsOutOfRangeAndNamesThem) {
  const auto message = [](const std::function<void(TransformOptions&)>& change) {
    TransformOptions options;
    change(options);
    const Result<Transform> result = Transform::create(options);
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(result.status().code(), StatusCode::kInvalidArgument);
    return result.status().message();
  };
  const double nan = std::nan("");
  using O = TransformOptions;
  EXPECT_EQ(message([](O& o) { o.size = 0; }), "transform: size is 0, not 1..4096");
  EXPECT_THAT(message([](O& o) { o.size = 4097; }), HasSubstr("size is 4097"));
  EXPECT_THAT(message([](O& o) { o.size = -1; }), HasSubstr("size is -1"));
  EXPECT_THAT(message([](O& o) { o.resize_short_side = 223; }),
              HasSubstr("resize_short_side is 223"));
  EXPECT_THAT(message([](O& o) { o.resize_short_side = 40000; }), HasSubstr("resize_short_side"));
  EXPECT_THAT(message([](O& o) { o.scale = {0, 1}; }), HasSubstr("scale is 0..1"));
  EXPECT_THAT(message([](O& o) { o.scale = {0.5, 0.4}; }), HasSubstr("scale is 0.5..0.4"));
  EXPECT_THAT(message([](O& o) { o.scale = {0.5, 1.5}; }), HasSubstr("scale"));
  EXPECT_THAT(message([=](O& o) { o.scale = {nan, 1}; }), HasSubstr("scale"));
  EXPECT_THAT(message([](O& o) { o.aspect_ratio = {-1, 1}; }), HasSubstr("aspect_ratio"));
  EXPECT_THAT(message([](O& o) { o.aspect_ratio = {2, 1}; }), HasSubstr("aspect_ratio is 2..1"));
  EXPECT_THAT(message([](O& o) { o.aspect_ratio[1] = std::numeric_limits<double>::infinity(); }),
              HasSubstr("aspect_ratio"));
  EXPECT_THAT(message([](O& o) { o.flip_probability = 1.1; }),
              HasSubstr("flip_probability is 1.1"));
  EXPECT_THAT(message([=](O& o) { o.flip_probability = nan; }), HasSubstr("flip_probability"));
  EXPECT_THAT(message([=](O& o) { o.mean[1] = static_cast<float>(nan); }), HasSubstr("mean[1]"));
  EXPECT_THAT(message([](O& o) { o.std[2] = 0; }), HasSubstr("std[2] is 0"));
  EXPECT_THAT(message([](O& o) { o.preset = static_cast<Preset>(9); }), HasSubstr("preset"));
}

TEST(Transform, AcceptsTheEndsOfTheRanges) {
  TransformOptions options;
  options.size = 4096;
  options.scale = {1e-6, 1};
  options.flip_probability = 1;
  EXPECT_EQ(make(options).sample_floats(), size_t{3} * 4096 * 4096);
  options = eval(1, 1);
  EXPECT_EQ(make(options).sample_floats(), 3U);
}

// These are part of the batches that a seed gives: they never change.
TEST(Transform, GoldenTrainPlans) {
  const Transform transform = make({});
  const auto check = [&](RandomKey key, Region crop, bool flip) {
    const SamplePlan plan = transform.plan(500, 375, key);
    EXPECT_EQ(plan.crop, crop) << plan.crop.x << ", " << plan.crop.y << ", " << plan.crop.width
                               << ", " << plan.crop.height;
    EXPECT_EQ(plan.decode, crop);
    EXPECT_EQ(plan.flip, flip);
    EXPECT_EQ(plan.resize.x, ResizeAxis::whole(crop.width, 224));
    EXPECT_EQ(plan.resize.y, ResizeAxis::whole(crop.height, 224));
  };
  check({1, 0, 0}, {248, 101, 245, 274}, true);
  check({1, 0, 1}, {43, 30, 439, 336}, false);
  check({1, 1, 0}, {56, 70, 149, 158}, false);
  check({2, 0, 0}, {138, 4, 309, 363}, true);
}

TEST(Transform, GoldenEvalPlans) {
  SamplePlan plan = make(eval(224)).plan(500, 375, {});
  EXPECT_EQ(plan.resize.x.out_size, 341);  // int(256 * 500 / 375)
  EXPECT_EQ(plan.resize.x.out_begin, 58);  // round(58.5) to even
  EXPECT_EQ(plan.resize.y.out_size, 256);
  EXPECT_EQ(plan.resize.y.out_begin, 16);
  EXPECT_EQ(plan.crop, (Region{85, 23, 329, 329}));
  EXPECT_EQ(plan.decode, (Region{84, 23, 330, 329}));
  EXPECT_FALSE(plan.flip);
  // The short side's default follows the size, rounded down.
  EXPECT_EQ(make(eval(100)).plan(500, 400, {}).resize.y.out_size, 114);
  EXPECT_EQ(make(eval(100, 100)).plan(500, 400, {}).resize.y.out_size, 100);
}

TEST(Transform, FlipsAsOftenAsAsked) {
  TransformOptions options;
  int flips[3] = {};
  const double probabilities[3] = {0, 0.25, 1};
  for (int i = 0; i < 3; ++i) {
    options.flip_probability = probabilities[i];
    const Transform transform = make(options);
    for (uint64_t record = 0; record < 4000; ++record) {
      flips[i] += transform.plan(10, 10, {5, 0, record}).flip ? 1 : 0;
    }
  }
  EXPECT_EQ(flips[0], 0);
  EXPECT_NEAR(flips[1], 1000, 140);  // five standard errors
  EXPECT_EQ(flips[2], 4000);
}

TEST(Transform, EvalShowsWhatResizingEverythingAndCuttingShows) {
  const Transform transform = make(eval(64));
  const TransformOptions& options = transform.options();
  const Normaliser normaliser(options.mean, options.std);
  Transform::Scratch scratch;
  for (const auto& [width, height] : {std::pair{300, 211}, {73, 74}, {50, 900}, {64, 64}, {1, 3}}) {
    const SamplePlan plan = transform.plan(width, height, {});
    ASSERT_GE(plan.decode.x, 0);
    ASSERT_LE(plan.decode.x + plan.decode.width, width);
    ASSERT_GE(plan.decode.y, 0);
    ASSERT_LE(plan.decode.y + plan.decode.height, height);
    Image whole;
    resize_reference(whole, picture("noise", {0, 0, width, height}),
                     {ResizeAxis::whole(width, plan.resize.x.out_size),
                      ResizeAxis::whole(height, plan.resize.y.out_size)},
                     false);
    Image pixels;
    transform.finish_pixels(pixels, picture("noise", plan.decode), plan, scratch);
    const std::vector<float> floats = finish(transform, width, height, {}, scratch);
    ASSERT_EQ(pixels.width(), 64);
    ASSERT_EQ(pixels.height(), 64);
    for (int y = 0; y < 64; ++y) {
      const uint8_t* want = whole.row(y + plan.resize.y.out_begin) + 3 * plan.resize.x.out_begin;
      ASSERT_EQ(std::memcmp(pixels.row(y), want, 3 * 64), 0)
          << width << 'x' << height << " row " << y;
      for (int i = 0; i < 3 * 64; ++i) {
        ASSERT_EQ(floats[(i % 3) * 64 * 64 + y * 64 + i / 3], normaliser(i % 3, want[i]));
      }
    }
  }
}

TEST(Transform, TrainResizesTheCroppedPicture) {
  TransformOptions options;
  options.size = 48;
  const Transform transform = make(options);
  Transform::Scratch scratch;
  for (uint64_t record = 0; record < 20; ++record) {
    const SamplePlan plan = transform.plan(123, 77, {1, 2, record});
    const Image decoded = picture("noise", plan.decode);
    Image want;
    resize_reference(
        want, decoded,
        {ResizeAxis::whole(plan.crop.width, 48), ResizeAxis::whole(plan.crop.height, 48)},
        plan.flip);
    Image pixels;
    transform.finish_pixels(pixels, decoded, plan, scratch);
    ASSERT_EQ(bytes_of(pixels), bytes_of(want)) << record;
  }
}

// What a scratch was used for before, and which thread uses it, changes nothing.
TEST(Transform, ResultsDependOnTheKeyOnly) {
  TransformOptions options;
  options.size = 40;
  const Transform transform = make(options);
  const auto width = [](uint64_t record) { return 20 + static_cast<int>(record * 37 % 400); };
  std::vector<std::vector<float>> fresh(24);
  for (uint64_t record = 0; record < fresh.size(); ++record) {
    Transform::Scratch scratch;
    fresh[record] = finish(transform, width(record), 90, {3, 1, record}, scratch);
  }
  std::vector<std::vector<float>> shared(fresh.size());
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      Transform::Scratch scratch;
      for (size_t i = fresh.size(); i-- > 0;) {
        if (i % 3 == t) shared[i] = finish(transform, width(i), 90, {3, 1, i}, scratch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared, fresh);
  EXPECT_NE(fresh[0], fresh[1]);
}

}  // namespace
}  // namespace headrace
