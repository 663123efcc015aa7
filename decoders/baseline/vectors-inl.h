// Vector operations that Highway 1.0.3 does not have the same way on every target.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_VECTORS_INL_H_
#undef HEADRACE_DECODERS_VECTORS_INL_H_
#else
#define HEADRACE_DECODERS_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

// The targets that the decoder knows. On others it takes no picture.
#undef HEADRACE_HAS_BASELINE_VECTORS
#if (HWY_ARCH_X86_64 && HWY_TARGET <= HWY_SSSE3) || (HWY_ARCH_ARM_A64 && HWY_TARGET == HWY_NEON)
#define HEADRACE_HAS_BASELINE_VECTORS 1
#else
#define HEADRACE_HAS_BASELINE_VECTORS 0
#endif

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

namespace hn = hwy::HWY_NAMESPACE;

// a[2i] * b[2i] + a[2i + 1] * b[2i + 1]
template <class DSums, class VShorts>
HWY_INLINE hn::Vec<DSums> multiply_pairs(DSums sums, VShorts a, VShorts b) {
#if HWY_ARCH_X86
  auto unused = hn::Zero(sums);  // on x86 all goes to the first accumulator
  return hn::ReorderWidenMulAccumulate(sums, a, b, hn::Zero(sums), unused);
#else
  (void)sums;
  const int32x4_t low = vmull_s16(vget_low_s16(a.raw), vget_low_s16(b.raw));
  const int32x4_t high = vmull_high_s16(a.raw, b.raw);
  return hn::Vec<DSums>(vpaddq_s32(low, high));
#endif
}

// Per block of 128 bits: the sums of `low`, then those of `high`, saturated.
template <class DShorts, class VSums>
HWY_INLINE hn::Vec<DShorts> pack_sums(DShorts shorts, VSums low, VSums high) {
  return hn::ReorderDemote2To(shorts, low, high);
}

// Per block of 128 bits: the shorts of `low`, then those of `high`, saturated to int8_t.
template <class DBytes, class VShorts>
HWY_INLINE hn::Vec<DBytes> pack_shorts(DBytes, VShorts low, VShorts high) {
#if HWY_ARCH_X86
  if constexpr (hn::MaxLanes(DBytes()) == 16) {
    return hn::Vec<DBytes>{_mm_packs_epi16(low.raw, high.raw)};
#if HWY_TARGET <= HWY_AVX2
  } else if constexpr (hn::MaxLanes(DBytes()) == 32) {
    return hn::Vec<DBytes>{_mm256_packs_epi16(low.raw, high.raw)};
#endif
#if HWY_TARGET <= HWY_AVX3
  } else if constexpr (hn::MaxLanes(DBytes()) == 64) {
    return hn::Vec<DBytes>{_mm512_packs_epi16(low.raw, high.raw)};
#endif
  }
#else
  return hn::Vec<DBytes>(vcombine_s8(vqmovn_s16(low.raw), vqmovn_s16(high.raw)));
#endif
}

// Per block of 128 bits: the shorts of `low`, then those of `high`, saturated to uint8_t.
template <class DBytes, class VShorts>
HWY_INLINE hn::Vec<DBytes> pack_shorts_unsigned(DBytes, VShorts low, VShorts high) {
#if HWY_ARCH_X86
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
  }
#else
  return hn::Vec<DBytes>(vcombine_u8(vqmovun_s16(low.raw), vqmovun_s16(high.raw)));
#endif
}

template <class D, class V>
HWY_INLINE bool all_zero(D d, V v) {
  return hn::AllTrue(d, hn::Eq(v, hn::Zero(d)));
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
