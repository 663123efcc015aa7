#include "headrace/augment/transform.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "headrace/augment/crop.h"
#include "headrace/augment/normalise.h"
#include "headrace/augment/resize_highway.h"

namespace headrace {
namespace {

constexpr int kMaxSize = 4096;
constexpr int kMaxShortSide = 32768;

int short_side(const TransformOptions& options) {
  return options.resize_short_side != 0 ? options.resize_short_side : options.size * 256 / 224;
}

// Written so that NaN is refused: it compares as false.
Status check(const TransformOptions& o) {
  if (o.preset != Preset::kTrain && o.preset != Preset::kEval) {
    return invalid_argument("preset is {}, not train or eval", static_cast<int>(o.preset));
  }
  if (o.size < 1 || o.size > kMaxSize) {
    return invalid_argument("size is {}, not 1..{}", o.size, kMaxSize);
  }
  if (o.resize_short_side != 0 &&
      (o.resize_short_side < o.size || o.resize_short_side > kMaxShortSide)) {
    return invalid_argument("resize_short_side is {}, not 0 or {} (size)..{}", o.resize_short_side,
                            o.size, kMaxShortSide);
  }
  if (!(0 < o.scale[0] && o.scale[0] <= o.scale[1] && o.scale[1] <= 1)) {
    return invalid_argument("scale is {}..{}, not a range above 0 and up to 1", o.scale[0],
                            o.scale[1]);
  }
  if (!(0 < o.aspect_ratio[0] && o.aspect_ratio[0] <= o.aspect_ratio[1] &&
        std::isfinite(o.aspect_ratio[1]))) {
    return invalid_argument("aspect_ratio is {}..{}, not a range above 0", o.aspect_ratio[0],
                            o.aspect_ratio[1]);
  }
  if (!(0 <= o.flip_probability && o.flip_probability <= 1)) {
    return invalid_argument("flip_probability is {}, not 0..1", o.flip_probability);
  }
  for (size_t c = 0; c < 3; ++c) {
    if (!std::isfinite(o.mean[c])) return invalid_argument("mean[{}] is {}", c, o.mean[c]);
    if (!(0 < o.std[c] && std::isfinite(o.std[c]))) {
      return invalid_argument("std[{}] is {}, not above 0", c, o.std[c]);
    }
  }
  return Status();
}

// The inputs of one axis, [begin, end), that its wanted outputs cover.
struct Span {
  int begin;
  int end;
};
Span covered(const ResizeAxis& axis) {
  const auto input = [&](int output) { return int64_t{output} * axis.in_size; };
  const int64_t begin = input(axis.out_begin) / axis.out_size;
  const int64_t end = (input(axis.out_begin + axis.out_count) + axis.out_size - 1) / axis.out_size;
  return {static_cast<int>(begin), static_cast<int>(end)};
}

}  // namespace

struct Transform::Normalisation {
  Normaliser normaliser;
};

struct Transform::Scratch::State {
  ResizeScratch resize;
};

Transform::Scratch::Scratch() : state_(std::make_unique<State>()) {}
Transform::Scratch::~Scratch() = default;
Transform::Scratch::Scratch(Scratch&&) noexcept = default;

Result<Transform> Transform::create(const TransformOptions& options) {
  if (const Status status = check(options); !status.ok()) return status.annotate("transform");
  return Transform(options);
}

Transform::Transform(const TransformOptions& options)
    : options_(options),
      normalisation_(
          std::make_shared<Normalisation>(Normalisation{Normaliser(options.mean, options.std)})) {}

size_t Transform::sample_floats() const {
  return size_t{3} * static_cast<size_t>(options_.size) * static_cast<size_t>(options_.size);
}

SamplePlan Transform::plan(int width, int height, const RandomKey& key, int max_scale) const {
  SamplePlan plan;
  if (options_.preset == Preset::kTrain) {
    KeyedRandom crop_random(key, RandomPurpose::kCrop);
    plan.crop =
        random_resized_crop(width, height, options_.scale, options_.aspect_ratio, crop_random);
    // The cropped picture is what is resized: nothing outside the crop is seen, so no more is
    // decoded.
    plan.resize = {ResizeAxis::whole(plan.crop.width, options_.size),
                   ResizeAxis::whole(plan.crop.height, options_.size)};
    plan.scale = decode_scale(plan.resize, max_scale);
    plan.decode = scaled_region(plan.crop, plan.scale);
    if (plan.scale > 1) {
      plan.resize = {ResizeAxis::whole(plan.decode.width, options_.size),
                     ResizeAxis::whole(plan.decode.height, options_.size)};
    }
    KeyedRandom flip_random(key, RandomPurpose::kFlip);
    plan.flip = flip_random.uniform() < options_.flip_probability;
  } else {
    plan.resize = resize_and_center_crop(width, height, short_side(options_), options_.size);
    const Span columns = covered(plan.resize.x);
    const Span rows = covered(plan.resize.y);
    plan.crop = {columns.begin, rows.begin, columns.end - columns.begin, rows.end - rows.begin};
    plan.scale = decode_scale(plan.resize, max_scale);
    plan.resize = of_scaled_picture(plan.resize, plan.scale);
    const ResizeAxis& x = plan.resize.x;
    const ResizeAxis& y = plan.resize.y;
    plan.decode = {x.in_begin, y.in_begin, x.in_count, y.in_count};
  }
  return plan;
}

void Transform::finish(float* slot, const Image& decoded, const SamplePlan& plan,
                       Scratch& scratch) const {
  resize_to_floats(slot, decoded, plan.resize, plan.flip, normalisation_->normaliser,
                   scratch.state_->resize);
}

void Transform::finish_pixels(Image& out, const Image& decoded, const SamplePlan& plan,
                              Scratch& scratch) const {
  resize_to_pixels(out, decoded, plan.resize, plan.flip, scratch.state_->resize);
}

}  // namespace headrace
