// The vector operations that both passes of the resize are made of.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_AUGMENT_RESIZE_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_AUGMENT_RESIZE_VECTORS_INL_H_
#undef HEADRACE_AUGMENT_RESIZE_VECTORS_INL_H_
#else
#define HEADRACE_AUGMENT_RESIZE_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "headrace/augment/resize.h"
#include "headrace/augment/resize_tables.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
// Highway 1.0.3 has no sum of adjacent products that holds on every target, and no pack of int16 to
// uint8 that stays within blocks. On x86 ReorderWidenMulAccumulate is the former and the latter is
// one intrinsic; other machines run the reference until a newer Highway may be asked for.
#if HWY_TARGET <= HWY_SSSE3  // the x86 targets

namespace hn = hwy::HWY_NAMESPACE;

constexpr int32_t kResizeHalf = 1 << (kResizeWeightBits - 1);

// Pairs of int16 from words that hold two each.
template <class DShorts>
HWY_INLINE hn::Vec<DShorts> load_pairs(DShorts shorts, const int32_t* words) {
  const hn::Repartition<int32_t, DShorts> sums;
  return hn::BitCast(shorts, hn::LoadU(sums, words));
}

// sum + a[2i] * b[2i] + a[2i + 1] * b[2i + 1]
template <class DSums, class VShorts>
HWY_INLINE hn::Vec<DSums> multiply_pairs(DSums sums, VShorts a, VShorts b, hn::Vec<DSums> sum) {
  auto unused = hn::Zero(sums);  // on x86 all goes to the first accumulator
  return hn::ReorderWidenMulAccumulate(sums, a, b, sum, unused);
}

// The byte (in 32 bits) of a sum in two parts; the rounding half is in `low` from the start.
template <class DSums>
HWY_INLINE hn::Vec<DSums> round_sums(DSums, hn::Vec<DSums> high, hn::Vec<DSums> low) {
  return hn::ShiftRight<kResizeWeightBits>(hn::Add(hn::ShiftLeft<kLowWeightBits>(high), low));
}

// Four vectors of 32-bit lanes to one of bytes: each block holds the four vectors' blocks in order.
// Saturates, as Pillow clips.
template <class DBytes, class VSums>
HWY_INLINE hn::Vec<DBytes> pack_to_bytes(DBytes bytes, VSums v0, VSums v1, VSums v2, VSums v3) {
  const hn::Repartition<int16_t, DBytes> shorts;
  const auto low = hn::ReorderDemote2To(shorts, v0, v1);
  const auto high = hn::ReorderDemote2To(shorts, v2, v3);
  if constexpr (hn::MaxLanes(DBytes()) == 16) {
    return hn::Vec<DBytes>{_mm_packus_epi16(low.raw, high.raw)};
#if HWY_TARGET <= HWY_AVX2
  } else if constexpr (hn::MaxLanes(DBytes()) == 32) {
    return hn::Vec<DBytes>{_mm256_packus_epi16(low.raw, high.raw)};
#endif
#if HWY_TARGET <= HWY_AVX3
  } else if constexpr (hn::MaxLanes(DBytes()) == 64) {
    return hn::Vec<DBytes>{_mm512_packus_epi16(low.raw, high.raw)};
#endif
  } else {
    (void)bytes;
  }
}

#endif  // x86
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#endif
