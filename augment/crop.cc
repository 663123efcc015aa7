#include "headrace/augment/crop.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace headrace {
namespace {

constexpr int kTries = 10;

ResizeAxis center(int in_size, int out_size, int count) {
  const int begin = static_cast<int>(round_half_even((out_size - count) / 2.0));
  return ResizeAxis::window(in_size, out_size, begin, count);
}

int nearest_scaled(int edge, int scale) {
  return (edge + scale / 2) / scale;
}

}  // namespace

double round_half_even(double value) {
  const double floor = std::floor(value);
  const double above = value - floor;
  if (above != 0.5) return above < 0.5 ? floor : floor + 1;
  return std::fmod(floor, 2) == 0 ? floor : floor + 1;
}

Region random_resized_crop(int width, int height, const std::array<double, 2>& scale,
                           const std::array<double, 2>& aspect_ratio, KeyedRandom& random) {
  const double area = static_cast<double>(width) * height;
  const double low = std::log(aspect_ratio[0]);
  const double high = std::log(aspect_ratio[1]);
  for (int i = 0; i < kTries; ++i) {
    const double target = area * random.uniform(scale[0], scale[1]);
    const double ratio = std::exp(random.uniform(low, high));
    const double w = round_half_even(std::sqrt(target * ratio));
    const double h = round_half_even(std::sqrt(target / ratio));
    if (0 < w && w <= width && 0 < h && h <= height) {
      Region crop{0, 0, static_cast<int>(w), static_cast<int>(h)};
      crop.y = static_cast<int>(random.below(static_cast<uint32_t>(height - crop.height + 1)));
      crop.x = static_cast<int>(random.below(static_cast<uint32_t>(width - crop.width + 1)));
      return crop;
    }
  }
  Region crop{0, 0, width, height};
  const double ratio = static_cast<double>(width) / height;
  // torchvision has no lower bound here and fails on a picture one pixel wide that calls for half a
  // row.
  const auto side = [](double rounded) { return static_cast<int>(std::max(rounded, 1.0)); };
  if (ratio < aspect_ratio[0]) {
    crop.height = side(round_half_even(width / aspect_ratio[0]));
  } else if (ratio > aspect_ratio[1]) {
    crop.width = side(round_half_even(height * aspect_ratio[1]));
  }
  crop.x = (width - crop.width) / 2;
  crop.y = (height - crop.height) / 2;
  return crop;
}

ResizePlan resize_and_center_crop(int width, int height, int short_side, int size) {
  // In 64 bits: a picture one pixel high and a million wide is a legal file.
  constexpr int64_t kLongest = int64_t{1} << 30;
  const int64_t shorter = std::min(width, height);
  const auto resized = [&](int64_t side) {
    return static_cast<int>(std::min(short_side * side / shorter, kLongest));
  };
  return {center(width, resized(width), size), center(height, resized(height), size)};
}

int decode_scale(const ResizePlan& resize, int max_scale) {
  const auto enough = [](const ResizeAxis& axis, int scale) {
    return axis.in_size >= int64_t{scale} * axis.out_size;
  };
  int scale = 1;
  while (2 * scale <= max_scale && enough(resize.x, 2 * scale) && enough(resize.y, 2 * scale)) {
    scale *= 2;
  }
  return scale;
}

Region scaled_region(const Region& region, int scale) {
  const int x = nearest_scaled(region.x, scale);
  const int y = nearest_scaled(region.y, scale);
  return {x, y, nearest_scaled(region.x + region.width, scale) - x,
          nearest_scaled(region.y + region.height, scale) - y};
}

ResizePlan of_scaled_picture(const ResizePlan& resize, int scale) {
  if (scale == 1) return resize;
  const auto of_scaled = [scale](const ResizeAxis& axis) {
    return ResizeAxis::window(nearest_scaled(axis.in_size, scale), axis.out_size, axis.out_begin,
                              axis.out_count);
  };
  return {of_scaled(resize.x), of_scaled(resize.y)};
}

}  // namespace headrace
