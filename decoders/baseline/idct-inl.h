// Coefficients to samples: libjpeg's "islow" inverse DCT, bit for bit.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_IDCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_IDCT_INL_H_
#undef HEADRACE_DECODERS_IDCT_INL_H_
#else
#define HEADRACE_DECODERS_IDCT_INL_H_
#endif

#include <hwy/highway.h>

#include "headrace/decoders/baseline/block_rows-inl.h"
#include "headrace/decoders/baseline/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

// Constants of jidctint.c: round(x * 2^13) of sums of cosines.
constexpr int kFix0298 = 2446;
constexpr int kFix0390 = 3196;
constexpr int kFix0541 = 4433;
constexpr int kFix0765 = 6270;
constexpr int kFix0899 = 7373;
constexpr int kFix1175 = 9633;
constexpr int kFix1501 = 12299;
constexpr int kFix1847 = 15137;
constexpr int kFix1961 = 16069;
constexpr int kFix2053 = 16819;
constexpr int kFix2562 = 20995;
constexpr int kFix3072 = 25172;
constexpr int kConstBits = 13;
constexpr int kPass1Bits = 2;
constexpr int kPass1Shift = kConstBits - kPass1Bits;
constexpr int kPass2Shift = kConstBits + kPass1Bits + 3;

template <int kShift>
HWY_INLINE Shorts descale(const Wide& a) {
  return pack_sums(DShorts(), hn::ShiftRight<kShift>(a.low), hn::ShiftRight<kShift>(a.high));
}

// x << kConstBits.
HWY_INLINE Wide scale_up(Shorts x) {
  const Shorts zero = hn::Zero(DShorts());
  return {hn::ShiftRight<16 - kConstBits>(
              hn::BitCast(DSums(), hn::InterleaveLower(DShorts(), zero, x))),
          hn::ShiftRight<16 - kConstBits>(
              hn::BitCast(DSums(), hn::InterleaveUpper(DShorts(), zero, x)))};
}

// One dimension: x[i] becomes output i of the 8 inputs x[], each lane by itself. The operations and
// their widths are those of libjpeg-turbo's vector code (jidctint-avx2.asm), so that the result is
// the same whatever overflows.
template <int kShift>
HWY_INLINE void transform(Rows& x) {
  const Sums round = hn::Set(DSums(), 1 << (kShift - 1));
  const Pairs p26 = pair_up(x[2], x[6]);
  const Wide t3 = multiply(p26, factors(kFix0541 + kFix0765, kFix0541));
  const Wide t2 = multiply(p26, factors(kFix0541, kFix0541 - kFix1847));
  const Wide t0 = add(scale_up(hn::Add(x[0], x[4])), round);
  const Wide t1 = add(scale_up(hn::Sub(x[0], x[4])), round);
  const Wide even0 = add(t0, t3);
  const Wide even3 = subtract(t0, t3);
  const Wide even1 = add(t1, t2);
  const Wide even2 = subtract(t1, t2);

  const Pairs z = pair_up(hn::Add(x[7], x[3]), hn::Add(x[5], x[1]));
  const Wide z3 = multiply(z, factors(kFix1175 - kFix1961, kFix1175));
  const Wide z4 = multiply(z, factors(kFix1175, kFix1175 - kFix0390));
  const Pairs p71 = pair_up(x[7], x[1]);
  const Pairs p53 = pair_up(x[5], x[3]);
  const Wide odd0 = add(multiply(p71, factors(kFix0298 - kFix0899, -kFix0899)), z3);
  const Wide odd3 = add(multiply(p71, factors(-kFix0899, kFix1501 - kFix0899)), z4);
  const Wide odd1 = add(multiply(p53, factors(kFix2053 - kFix2562, -kFix2562)), z4);
  const Wide odd2 = add(multiply(p53, factors(-kFix2562, kFix3072 - kFix2562)), z3);

  x[0] = descale<kShift>(add(even0, odd3));
  x[7] = descale<kShift>(subtract(even0, odd3));
  x[1] = descale<kShift>(add(even1, odd2));
  x[6] = descale<kShift>(subtract(even1, odd2));
  x[2] = descale<kShift>(add(even2, odd1));
  x[5] = descale<kShift>(subtract(even2, odd1));
  x[3] = descale<kShift>(add(even3, odd0));
  x[4] = descale<kShift>(subtract(even3, odd0));
}

// The same where x[4] to x[7] are 0. The factors are sums of those above: sums of 32 bits are the
// same modulo 2^32 in whatever order.
template <int kShift>
HWY_INLINE void transform_half(Rows& x) {
  const Sums round = hn::Set(DSums(), 1 << (kShift - 1));
  constexpr int kOne = 1 << kConstBits;
  const Pairs p02 = pair_up(x[0], x[2]);
  const Pairs p31 = pair_up(x[3], x[1]);
  const Wide even[4] = {add(multiply(p02, factors(kOne, kFix0541 + kFix0765)), round),
                        add(multiply(p02, factors(kOne, kFix0541)), round),
                        add(multiply(p02, factors(kOne, -kFix0541)), round),
                        add(multiply(p02, factors(kOne, -kFix0541 - kFix0765)), round)};
  const Wide odd[4] = {multiply(p31, factors(kFix1175, kFix1175 - kFix0390 + kFix1501 - kFix0899)),
                       multiply(p31, factors(kFix1175 - kFix1961 + kFix3072 - kFix2562, kFix1175)),
                       multiply(p31, factors(kFix1175 - kFix2562, kFix1175 - kFix0390)),
                       multiply(p31, factors(kFix1175 - kFix1961, kFix1175 - kFix0899))};
  for (int i = 0; i < 4; ++i) {
    x[i] = descale<kShift>(add(even[i], odd[i]));
    x[7 - i] = descale<kShift>(subtract(even[i], odd[i]));
  }
}

// Within each block of 128 bits, 8 x 8 shorts.
HWY_INLINE void transpose(Rows& x) {
  const DShorts d;
  for (int round = 0; round < 3; ++round) {
    Shorts y[8];
    for (int i = 0; i < 4; ++i) {
      y[2 * i] = hn::InterleaveLower(d, x[i], x[i + 4]);
      y[2 * i + 1] = hn::InterleaveUpper(d, x[i], x[i + 4]);
    }
    for (int i = 0; i < 8; ++i) x[i] = y[i];
  }
}

// The first four rows of the result, of the 8 columns; the others are not needed.
HWY_INLINE void transpose_half(Rows& x) {
  const DShorts d;
  Shorts y[4];
  for (int i = 0; i < 4; ++i) y[i] = hn::InterleaveLower(d, x[i], x[i + 4]);
  const Shorts z0 = hn::InterleaveLower(d, y[0], y[2]);
  const Shorts z1 = hn::InterleaveUpper(d, y[0], y[2]);
  const Shorts z2 = hn::InterleaveLower(d, y[1], y[3]);
  const Shorts z3 = hn::InterleaveUpper(d, y[1], y[3]);
  x[0] = hn::InterleaveLower(d, z0, z2);
  x[1] = hn::InterleaveUpper(d, z0, z2);
  x[2] = hn::InterleaveLower(d, z1, z3);
  x[3] = hn::InterleaveUpper(d, z1, z3);
}

template <class V>
HWY_INLINE void store_halves(uint8_t* low, uint8_t* high, V v) {
  const hn::Half<hn::DFromV<V>> half;
  hn::StoreU(hn::LowerHalf(half, v), half, reinterpret_cast<uint64_t*>(low));
  hn::StoreU(hn::UpperHalf(half, v), half, reinterpret_cast<uint64_t*>(high));
}

// Columns of samples, kGroup blocks, to 8 rows of 8 * kGroup bytes.
HWY_INLINE void store_columns(uint8_t* out, size_t stride, const Rows& x) {
  const hn::Repartition<int8_t, DShorts> bytes;
  const hn::Repartition<int32_t, DShorts> quads;
  const hn::Repartition<uint64_t, DShorts> eights;
  using Bytes = hn::Vec<decltype(bytes)>;
  Bytes p[4];  // columns i and i + 4
  for (int i = 0; i < 4; ++i) p[i] = pack_shorts(bytes, x[i], x[i + 4]);
  const Bytes c02 = hn::InterleaveLower(bytes, p[0], p[2]);
  const Bytes c46 = hn::InterleaveUpper(bytes, p[0], p[2]);
  const Bytes c13 = hn::InterleaveLower(bytes, p[1], p[3]);
  const Bytes c57 = hn::InterleaveUpper(bytes, p[1], p[3]);
  const auto low0 = hn::BitCast(quads, hn::InterleaveLower(bytes, c02, c13));  // columns 0-3
  const auto low1 = hn::BitCast(quads, hn::InterleaveUpper(bytes, c02, c13));
  const auto high0 = hn::BitCast(quads, hn::InterleaveLower(bytes, c46, c57));  // columns 4-7
  const auto high1 = hn::BitCast(quads, hn::InterleaveUpper(bytes, c46, c57));
  // Rows 2 i and 2 i + 1 of a block beside each other.
  const auto r01 = unsign(hn::InterleaveLower(quads, low0, high0));
  const auto r23 = unsign(hn::InterleaveUpper(quads, low0, high0));
  const auto r45 = unsign(hn::InterleaveLower(quads, low1, high1));
  const auto r67 = unsign(hn::InterleaveUpper(quads, low1, high1));
  store_halves(out, out + 2 * stride, hn::ConcatEven(eights, r23, r01));
  store_halves(out + stride, out + 3 * stride, hn::ConcatOdd(eights, r23, r01));
  store_halves(out + 4 * stride, out + 6 * stride, hn::ConcatEven(eights, r67, r45));
  store_halves(out + 5 * stride, out + 7 * stride, hn::ConcatOdd(eights, r67, r45));
}

// kGroup blocks of coefficients in scan order to samples; the coefficients become 0. `quant` by
// position in the block. `extreme` as dequantise() sets it.
HWY_INLINE void idct_group(uint8_t* out, size_t stride, int16_t* const* blocks,
                           const uint16_t* quant, Shorts& extreme) {
  Rows x;
  const bool half = order_rows(x, blocks);
  clear_blocks(blocks);
  dequantise(x, quant, half ? 4 : 8, extreme);
  if (half) {
    transform_half<kPass1Shift>(x);
    transpose_half(x);
    transform_half<kPass2Shift>(x);
  } else {
    transform<kPass1Shift>(x);
    transpose(x);
    transform<kPass2Shift>(x);
  }
  store_columns(out, stride, x);
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
