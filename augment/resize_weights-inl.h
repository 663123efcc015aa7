// Weights of an axis: plain loops, written so that the compiler turns them into vectors of the
// target. Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_AUGMENT_RESIZE_WEIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_AUGMENT_RESIZE_WEIGHTS_INL_H_
#undef HEADRACE_AUGMENT_RESIZE_WEIGHTS_INL_H_
#else
#define HEADRACE_AUGMENT_RESIZE_WEIGHTS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "headrace/augment/resize.h"
#include "headrace/augment/resize_scratch.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

// The operations and their order are those of precompute_coeffs and normalize_coeffs_8bpc in
// Pillow's Resample.c for the triangle filter, tap by tap instead of output by output: a loop over
// a few hundred outputs vectorises, one over two to four taps does not.
inline void compute_weights(AxisWeights& axis, const ResizeAxis& plan) {
  const int n = plan.out_count;
  const double scale = static_cast<double>(plan.in_size) / plan.out_size;
  const double support = std::max(scale, 1.0);
  const double narrow = 1.0 / support;
  // Pillow's bounds are never further apart than this.
  axis.taps = static_cast<int>(std::min(std::ceil(2 * support), double{1} * plan.in_count));
  const size_t count = static_cast<size_t>(n);
  axis.first.resize(count);
  axis.weights.resize(count * axis.taps);
  axis.centers.resize(count);
  axis.sums.assign(count, 0);
  axis.reals.resize(count * axis.taps);
  axis.begins.resize(count);
  axis.ends.resize(count);

  double* HWY_RESTRICT centers = axis.centers.data();
  double* HWY_RESTRICT sums = axis.sums.data();
  int32_t* HWY_RESTRICT begins = axis.begins.data();
  int32_t* HWY_RESTRICT ends = axis.ends.data();
  int32_t* HWY_RESTRICT first = axis.first.data();
  const int out_begin = plan.out_begin;
  const int in_size = plan.in_size;
  // Where the last taps would pass the window's end all taps move to the left: no load passes it
  // then.
  const int last_first = plan.in_begin + plan.in_count - axis.taps;
  for (int i = 0; i < n; ++i) {
    centers[i] = (out_begin + i + 0.5) * scale;
    const int begin = static_cast<int>(centers[i] - support + 0.5);
    const int end = static_cast<int>(centers[i] + support + 0.5);
    begins[i] = begin < 0 ? 0 : begin;
    ends[i] = end > in_size ? in_size : end;
    first[i] = begins[i] > last_first ? last_first : begins[i];
  }
  for (int t = 0; t < axis.taps; ++t) {
    double* HWY_RESTRICT reals = axis.reals.data() + count * t;
    for (int i = 0; i < n; ++i) {
      const int x = first[i] + t;
      const double weight = 1.0 - std::fabs((x - centers[i] + 0.5) * narrow);
      const double inside = ((x >= begins[i]) & (x < ends[i])) ? weight : 0.0;
      reals[i] = inside > 0.0 ? inside : 0.0;
      sums[i] += reals[i];
    }
  }
  for (int t = 0; t < axis.taps; ++t) {
    const double* HWY_RESTRICT reals = axis.reals.data() + count * t;
    int32_t* HWY_RESTRICT weights = axis.weights.data() + count * t;
    for (int i = 0; i < n; ++i) {
      weights[i] = static_cast<int32_t>(0.5 + reals[i] / sums[i] * (1 << kResizeWeightBits));
    }
  }
  for (int i = 0; i < n; ++i) first[i] -= plan.in_begin;
}

}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#endif
