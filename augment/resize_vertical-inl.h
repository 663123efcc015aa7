// The vertical pass: rows of the ring become one finished row.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_AUGMENT_RESIZE_VERTICAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_AUGMENT_RESIZE_VERTICAL_INL_H_
#undef HEADRACE_AUGMENT_RESIZE_VERTICAL_INL_H_
#else
#define HEADRACE_AUGMENT_RESIZE_VERTICAL_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "headrace/augment/resize_scratch.h"
#include "headrace/augment/resize_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HWY_TARGET <= HWY_SSSE3  // the x86 targets

// Both parts of the weighted sums of four lanes per block. The constructor is written out because
// an implicit one would not be compiled for the target.
template <class DSums>
struct ColumnSums {
  HWY_INLINE ColumnSums() : high(hn::Zero(DSums())), low(hn::Set(DSums(), kResizeHalf)) {}

  template <class VShorts>
  HWY_INLINE void add(VShorts pixels, VShorts weights_high, VShorts weights_low) {
    high = multiply_pairs(DSums(), pixels, weights_high, high);
    low = multiply_pairs(DSums(), pixels, weights_low, low);
  }
  HWY_INLINE hn::Vec<DSums> rounded() const { return round_sums(DSums(), high, low); }

  hn::Vec<DSums> high, low;
};

// kPairs: pairs of taps where that is known at compile time, else 0.
template <int kPairs>
HWY_INLINE void vertical_columns(uint8_t* out, const uint8_t* const* rows, const int32_t* weights,
                                 size_t weight_stride, int taps, size_t bytes) {
  const hn::ScalableTag<uint8_t> d8;
  const hn::Repartition<int16_t, decltype(d8)> d16;
  using DSums = hn::Repartition<int32_t, decltype(d8)>;
  const DSums d32;
  const auto zero = hn::Zero(d8);
  const int pairs = kPairs > 0 ? kPairs : (taps + 1) / 2;
  for (size_t i = 0; i < bytes; i += hn::Lanes(d8)) {
    ColumnSums<DSums> s0, s1, s2, s3;
    for (int pair = 0; pair < pairs; ++pair) {
      // An odd last tap is paired with itself at weight 0.
      const bool two = 2 * pair + 1 < taps;
      const int32_t* weight = weights + 2 * pair * weight_stride;
      const WeightPair parts = split_weights(weight[0], two ? weight[weight_stride] : 0);
      const auto high = hn::BitCast(d16, hn::Set(d32, parts.high));
      const auto low = hn::BitCast(d16, hn::Set(d32, parts.low));
      const auto a = hn::LoadU(d8, rows[2 * pair] + i);
      const auto b = hn::LoadU(d8, rows[2 * pair + (two ? 1 : 0)] + i);
      // Bytes a0 b0 a1 b1 ..., then widened; block by block, as the pack at the end undoes.
      const auto lower = hn::InterleaveLower(d8, a, b);
      const auto upper = hn::InterleaveUpper(d8, a, b);
      s0.add(hn::BitCast(d16, hn::InterleaveLower(d8, lower, zero)), high, low);
      s1.add(hn::BitCast(d16, hn::InterleaveUpper(d8, lower, zero)), high, low);
      s2.add(hn::BitCast(d16, hn::InterleaveLower(d8, upper, zero)), high, low);
      s3.add(hn::BitCast(d16, hn::InterleaveUpper(d8, upper, zero)), high, low);
    }
    const auto packed = pack_to_bytes(d8, s0.rounded(), s1.rounded(), s2.rounded(), s3.rounded());
    hn::StoreU(packed, d8, out + i);
  }
}

// Output row `y` of the axis from its taps' rows. Reads and writes up to 63 bytes past `bytes`.
inline void vertical_pass(uint8_t* out, const uint8_t* const* rows, const AxisWeights& axis, int y,
                          size_t bytes) {
  const size_t stride = axis.first.size();
  const int32_t* weights = axis.weights.data() + y;
  if (axis.taps <= 2) {
    vertical_columns<1>(out, rows, weights, stride, axis.taps, bytes);
  } else if (axis.taps <= 4) {
    vertical_columns<2>(out, rows, weights, stride, axis.taps, bytes);
  } else {
    vertical_columns<0>(out, rows, weights, stride, axis.taps, bytes);
  }
}

#endif  // x86
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#endif
