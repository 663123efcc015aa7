// Coefficients to fewer samples than there are coefficients: libjpeg's reduced inverse DCTs
// (jidctred.c), bit for bit.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_SCALED_IDCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_SCALED_IDCT_INL_H_
#undef HEADRACE_DECODERS_SCALED_IDCT_INL_H_
#else
#define HEADRACE_DECODERS_SCALED_IDCT_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "headrace/decoders/baseline/block_rows-inl.h"
#include "headrace/decoders/baseline/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

// The operations and their widths are those of libjpeg-turbo's vector code (jidctred-sse2.asm), so
// that the result is the same whatever overflows.

// Constants of jidctred.c: round(x * 2^13) of sums of cosines.
constexpr int kRed0211 = 1730;
constexpr int kRed0509 = 4176;
constexpr int kRed0601 = 4926;
constexpr int kRed0720 = 5906;
constexpr int kRed0765 = 6270;
constexpr int kRed0850 = 6967;
constexpr int kRed0899 = 7373;
constexpr int kRed1061 = 8697;
constexpr int kRed1272 = 10426;
constexpr int kRed1451 = 11893;
constexpr int kRed1847 = 15137;
constexpr int kRed2172 = 17799;
constexpr int kRed2562 = 20995;
constexpr int kRed3624 = 29692;

// One dimension of the 4 x 4: what outputs 0 to 3 are sums and differences of.
struct Fours {
  Sums even, even2;  // tmp0 and tmp2 of the even part
  Sums odd0, odd2;   // tmp0 and tmp2 of the odd part
};

// Outputs 0 to 3 without the final shift; `round` is half of what that drops.
HWY_INLINE void combine_fours(Sums* out, const Fours& f, Sums round) {
  const Sums sum = hn::Add(hn::Add(f.even, f.even2), round);
  const Sums difference = hn::Add(hn::Sub(f.even, f.even2), round);
  out[0] = hn::Add(sum, f.odd2);
  out[3] = hn::Sub(sum, f.odd2);
  out[1] = hn::Add(difference, f.odd0);
  out[2] = hn::Sub(difference, f.odd0);
}

// x * 2^kBits of shorts in the upper halves of `high`.
template <int kBits>
HWY_INLINE Sums widen_upper(Shorts high) {
  return hn::ShiftRight<16 - kBits>(hn::BitCast(DSums(), high));
}

// Of half a row of lanes each: inputs 0, and pairs of inputs 2 and 6, 1 and 3, 5 and 7.
HWY_INLINE Fours fours_of(Sums even, Shorts p26, Shorts p13, Shorts p57) {
  const DSums d;
  return {even, multiply_pairs(d, p26, factors(kRed1847, -kRed0765)),
          hn::Add(multiply_pairs(d, p13, factors(kRed1061, -kRed2172)),
                  multiply_pairs(d, p57, factors(kRed1451, -kRed0211))),
          hn::Add(multiply_pairs(d, p13, factors(kRed2562, kRed0899)),
                  multiply_pairs(d, p57, factors(-kRed0601, -kRed0509)))};
}

// Rows of kGroup blocks to samples: in each block of 128 bits four rows of four.
HWY_INLINE hn::Vec<hn::Repartition<int8_t, DShorts>> transform_to_4(const Rows& x) {
  constexpr int kShift1 = 12;  // jidctred.c: CONST_BITS - PASS1_BITS + 1
  constexpr int kShift2 = 19;  // CONST_BITS + PASS1_BITS + 3 + 1
  const DShorts d;
  const Shorts zero = hn::Zero(d);
  const Pairs p26 = pair_up(x[2], x[6]);
  const Pairs p13 = pair_up(x[1], x[3]);
  const Pairs p57 = pair_up(x[5], x[7]);
  const Sums round1 = hn::Set(DSums(), 1 << (kShift1 - 1));
  Sums low[4];
  Sums high[4];
  combine_fours(
      low, fours_of(widen_upper<14>(hn::InterleaveLower(d, zero, x[0])), p26.low, p13.low, p57.low),
      round1);
  combine_fours(
      high,
      fours_of(widen_upper<14>(hn::InterleaveUpper(d, zero, x[0])), p26.high, p13.high, p57.high),
      round1);
  Shorts y[4];
  for (int i = 0; i < 4; ++i) {
    y[i] = pack_sums(d, hn::ShiftRight<kShift1>(low[i]), hn::ShiftRight<kShift1>(high[i]));
  }

  // Columns beside each other: of 4 shorts, two in a block of 128 bits.
  const Shorts a = hn::InterleaveLower(d, y[0], y[2]);
  const Shorts b = hn::InterleaveLower(d, y[1], y[3]);
  const Shorts e = hn::InterleaveUpper(d, y[0], y[2]);
  const Shorts f = hn::InterleaveUpper(d, y[1], y[3]);
  const Shorts c01 = hn::InterleaveLower(d, a, b);
  const Shorts c23 = hn::InterleaveUpper(d, a, b);
  const Shorts c45 = hn::InterleaveLower(d, e, f);
  const Shorts c67 = hn::InterleaveUpper(d, e, f);

  Sums columns[4];
  combine_fours(
      columns,
      fours_of(widen_upper<14>(hn::InterleaveLower(d, zero, c01)), hn::InterleaveLower(d, c23, c67),
               hn::InterleaveUpper(d, c01, c23), hn::InterleaveUpper(d, c45, c67)),
      hn::Set(DSums(), 1 << (kShift2 - 1)));
  for (Sums& column : columns) column = hn::ShiftRight<kShift2>(column);
  const Shorts even = pack_sums(d, columns[0], columns[2]);
  const Shorts odd = pack_sums(d, columns[1], columns[3]);
  const DSums quads;
  const auto left = hn::BitCast(quads, hn::InterleaveLower(d, even, odd));
  const auto right = hn::BitCast(quads, hn::InterleaveUpper(d, even, odd));
  return pack_shorts(hn::Repartition<int8_t, DShorts>(),
                     hn::BitCast(d, hn::InterleaveLower(quads, left, right)),
                     hn::BitCast(d, hn::InterleaveUpper(quads, left, right)));
}

// The same to two rows of two, in the first four bytes of each block of 128 bits.
HWY_INLINE hn::Vec<hn::Repartition<int8_t, DShorts>> transform_to_2(const Rows& x) {
  constexpr int kShift1 = 13;  // jidctred.c: CONST_BITS - PASS1_BITS + 2
  constexpr int kShift2 = 20;  // CONST_BITS + PASS1_BITS + 3 + 2
  const DShorts d;
  const DSums sums;
  const Shorts zero = hn::Zero(d);
  const Wide odd = add(multiply(pair_up(x[1], x[3]), factors(kRed3624, -kRed1272)),
                       multiply(pair_up(x[5], x[7]), factors(kRed0850, -kRed0720)));
  const Sums round1 = hn::Set(sums, 1 << (kShift1 - 1));
  const Wide even = {hn::Add(widen_upper<15>(hn::InterleaveLower(d, zero, x[0])), round1),
                     hn::Add(widen_upper<15>(hn::InterleaveUpper(d, zero, x[0])), round1)};
  const Sums upper_low = hn::ShiftRight<kShift1>(hn::Add(even.low, odd.low));
  const Sums upper_high = hn::ShiftRight<kShift1>(hn::Add(even.high, odd.high));
  const Sums lower_low = hn::ShiftRight<kShift1>(hn::Sub(even.low, odd.low));
  const Sums lower_high = hn::ShiftRight<kShift1>(hn::Sub(even.high, odd.high));

  // Of each row, the products of columns 1, 3, 5, 7 and their sum, for both rows.
  alignas(16) static constexpr int16_t kOddColumns[8] = {0, kRed3624, 0, -kRed1272,
                                                         0, kRed0850, 0, -kRed0720};
  const Shorts weights = hn::LoadDup128(d, kOddColumns);
  const Sums upper = multiply_pairs(sums, pack_sums(d, upper_low, upper_high), weights);
  const Sums lower = multiply_pairs(sums, pack_sums(d, lower_low, lower_high), weights);
  const Sums halves =
      hn::Add(hn::InterleaveLower(sums, upper, lower), hn::InterleaveUpper(sums, upper, lower));
  const Sums odds = hn::Add(halves, hn::Shuffle1032(halves));
  const Sums evens = hn::Add(hn::ShiftLeft<15>(hn::InterleaveLower(sums, upper_low, lower_low)),
                             hn::Set(sums, 1 << (kShift2 - 1)));
  const Sums left = hn::ShiftRight<kShift2>(hn::Add(evens, odds));
  const Sums right = hn::ShiftRight<kShift2>(hn::Sub(evens, odds));
  const Sums pixels = hn::InterleaveLower(sums, left, right);
  const Shorts shorts = pack_sums(d, pixels, pixels);
  return pack_shorts(hn::Repartition<int8_t, DShorts>(), shorts, shorts);
}

// jidctred.c, jpeg_idct_1x1(): the mean alone. What libjpeg looks up in a table of 1024 entries is
// a saturation of 10 bits.
HWY_INLINE uint8_t transform_to_1(int16_t dc, uint16_t quant) {
  const int mean = (dc * static_cast<int16_t>(quant) + 4) >> 3;
  const int wrapped = ((mean + 512) & 1023) - 512;
  return static_cast<uint8_t>(std::clamp(wrapped, -128, 127) + 128);
}

// kGroup blocks of coefficients in scan order to `size` x `size` samples each (4, 2 or 1) beside
// each other; otherwise as idct_group().
HWY_INLINE void scaled_idct_group(uint8_t* out, size_t stride, int16_t* const* blocks,
                                  const uint16_t* quant, int size, Shorts& extreme) {
  if (size == 1) {
    for (int g = 0; g < kGroup; ++g) out[g] = transform_to_1(blocks[g][0], quant[0]);
    clear_blocks(blocks);
    return;
  }
  const DShorts d;
  Rows x;
  if (order_rows(x, blocks)) {
    for (int i = 4; i < 8; ++i) x[i] = hn::Zero(d);
  }
  clear_blocks(blocks);
  dequantise(x, quant, 8, extreme);
  const auto samples = size == 4 ? transform_to_4(x) : transform_to_2(x);
  alignas(64) uint8_t bytes[16 * kGroup];
  const hn::Repartition<uint64_t, DShorts> eights;
  hn::Store(unsign(samples), eights, reinterpret_cast<uint64_t*>(bytes));
  for (int y = 0; y < size; ++y, out += stride) {
    for (int g = 0; g < kGroup; ++g) {
      const uint8_t* const row = bytes + 16 * g + size * y;
      std::memcpy(out + size * g, row, size == 4 ? 4 : 2);
    }
  }
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
