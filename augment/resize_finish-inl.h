// From a finished row of RGB bytes to normalised floats in three planes.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_AUGMENT_RESIZE_FINISH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_AUGMENT_RESIZE_FINISH_INL_H_
#undef HEADRACE_AUGMENT_RESIZE_FINISH_INL_H_
#else
#define HEADRACE_AUGMENT_RESIZE_FINISH_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "headrace/augment/normalise.h"
#include "headrace/augment/resize_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HWY_TARGET <= HWY_SSSE3  // the x86 targets

inline constexpr size_t kPlaneLanes = 32;
inline size_t plane_stride(int width) {
  return (static_cast<size_t>(width) + kPlaneLanes - 1) / kPlaneLanes * kPlaneLanes;
}

// Three planes of plane_stride(width) bytes, 64-byte aligned, from `line`, of which as many pixels
// are read. Bytes are moved apart before they become floats, for a quarter of the cost.
HWY_INLINE void split_channels(uint8_t* planes, const uint8_t* line, int width) {
  const hn::CappedTag<uint8_t, kPlaneLanes> d;
  const size_t stride = plane_stride(width);
  for (size_t x = 0; x < static_cast<size_t>(width); x += hn::Lanes(d)) {
    hn::Vec<decltype(d)> r, g, b;
    hn::LoadInterleaved3(d, line + 3 * x, r, g, b);
    hn::Store(r, d, planes + x);
    hn::Store(g, d, planes + stride + x);
    hn::Store(b, d, planes + 2 * stride + x);
  }
}

// As Normaliser::products, a vector at a time.
class VectorNormaliser {
 public:
  using D = hn::ScalableTag<float>;

  HWY_INLINE explicit VectorNormaliser(const Normaliser::Channel& channel)
      : inverse_255_high_(hn::Set(D(), Normaliser::kInverse255High)),
        inverse_255_low_(hn::Set(D(), Normaliser::kInverse255Low)),
        mean_(hn::Set(D(), channel.mean)),
        high_(hn::Set(D(), channel.inverse_std_high)),
        low_(hn::Set(D(), channel.inverse_std_low)) {}

  HWY_INLINE hn::Vec<D> operator()(const uint8_t* bytes) const {
    const hn::Rebind<uint8_t, D> d8;
    const hn::RebindToSigned<D> d32;
    const auto p = hn::ConvertTo(D(), hn::PromoteTo(d32, hn::LoadU(d8, bytes)));
    const auto unit = hn::MulAdd(p, inverse_255_high_, hn::Mul(p, inverse_255_low_));
    const auto centred = hn::Sub(unit, mean_);
    return hn::MulAdd(centred, high_, hn::Mul(centred, low_));
  }

 private:
  hn::Vec<D> inverse_255_high_, inverse_255_low_, mean_, high_, low_;
};

// One row of one channel, by the table.
HWY_INLINE void look_up_row(float* out, const uint8_t* plane, int begin, int width,
                            const float* table) {
  for (int x = begin; x < width; ++x) out[x] = table[plane[x]];
}

// One row of one channel by products; nothing is written outside [out, out + width).
HWY_INLINE void multiply_row(float* out, const uint8_t* plane, int width, bool stream,
                             const Normaliser::Channel& channel, const float* table) {
  const VectorNormaliser::D d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const VectorNormaliser normalise(channel);
  int x = 0;
  if (stream) {
    for (; x + lanes <= width; x += lanes) hn::Stream(normalise(plane + x), d, out + x);
  } else {
    for (; x + lanes <= width; x += lanes) hn::StoreU(normalise(plane + x), d, out + x);
  }
  look_up_row(out, plane, x, width, table);
}

// Products equal the table only where multiply-and-add rounds once: not on SSSE3 and SSE4.
inline bool use_products(const Normaliser& normaliser) {
  return HWY_NATIVE_FMA && normaliser.products_are_exact();
}

// Whether rows of floats may be stored past the cache. A batch is far larger than the caches and is
// read by somebody else, so its lines need not be fetched to be overwritten, nor push out what is
// worked on. Only where all rows begin at cache lines and are made of whole ones.
inline bool may_stream(const float* slot, int width) {
  constexpr size_t kCacheLine = 64;
  return reinterpret_cast<uintptr_t>(slot) % kCacheLine == 0 &&
         width * sizeof(float) % kCacheLine == 0;
}

#endif  // x86
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#endif
