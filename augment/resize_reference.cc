#include "headrace/augment/resize_reference.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace headrace {
namespace {

constexpr int32_t kHalf = 1 << (kResizeWeightBits - 1);

// One output: where its inputs begin in the window, and their weights.
struct Taps {
  int begin = 0;
  std::vector<int32_t> weights;
};

// precompute_coeffs and normalize_coeffs_8bpc of Pillow's Resample.c, for the triangle filter.
std::vector<Taps> pillow_taps(const ResizeAxis& axis) {
  const double scale = static_cast<double>(axis.in_size) / axis.out_size;
  const double filter_scale = std::max(scale, 1.0);
  std::vector<Taps> all;
  for (int i = axis.out_begin; i < axis.out_begin + axis.out_count; ++i) {
    const ResizeSupport support = resize_support(axis.in_size, axis.out_size, i);
    const double center = (i + 0.5) * scale;
    std::vector<double> weights;
    double sum = 0;
    for (int x = support.begin; x < support.end; ++x) {
      const double distance = std::fabs((x - center + 0.5) * (1.0 / filter_scale));
      weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += weights.back();
    }
    Taps taps{support.begin - axis.in_begin, {}};
    for (const double weight : weights) {
      taps.weights.push_back(static_cast<int32_t>(0.5 + weight / sum * (1 << kResizeWeightBits)));
    }
    all.push_back(std::move(taps));
  }
  return all;
}

// Each weight is rounded, so their sum may exceed 1; beyond thousands of taps by enough to pass
// 255.
uint8_t round_and_clip(int32_t sum) {
  return static_cast<uint8_t>(std::min(sum >> kResizeWeightBits, 255));
}

}  // namespace

void resize_reference(Image& out, const Image& in, const ResizePlan& plan, bool flip) {
  const std::vector<Taps> across = pillow_taps(plan.x);
  const std::vector<Taps> down = pillow_taps(plan.y);
  const int width = plan.x.out_count;
  constexpr int kChannels = Image::kChannels;

  Image middle;
  middle.reshape(width, plan.y.in_count);
  for (int y = 0; y < middle.height(); ++y) {
    for (int x = 0; x < width; ++x) {
      const Taps& taps = across[flip ? width - 1 - x : x];
      for (int c = 0; c < kChannels; ++c) {
        int32_t sum = kHalf;
        const uint8_t* pixel = in.row(y) + taps.begin * kChannels + c;
        for (const int32_t weight : taps.weights) {
          sum += weight * *pixel;
          pixel += kChannels;
        }
        middle.row(y)[x * kChannels + c] = round_and_clip(sum);
      }
    }
  }

  out.reshape(width, plan.y.out_count);
  for (int y = 0; y < out.height(); ++y) {
    const Taps& taps = down[y];
    for (int i = 0; i < width * kChannels; ++i) {
      int32_t sum = kHalf;
      int row = taps.begin;
      for (const int32_t weight : taps.weights) sum += weight * middle.row(row++)[i];
      out.row(y)[i] = round_and_clip(sum);
    }
  }
}

}  // namespace headrace
