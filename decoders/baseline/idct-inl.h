// Coefficients to samples: libjpeg's "islow" inverse DCT, bit for bit.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_IDCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_IDCT_INL_H_
#undef HEADRACE_DECODERS_IDCT_INL_H_
#else
#define HEADRACE_DECODERS_IDCT_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstring>
#include <utility>

#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

// A vector holds a row or a column of 8 shorts of kGroup blocks, a block of the picture in each
// block of 128 bits.
using DShorts = hn::CappedTag<int16_t, 32>;
using DSums = hn::Repartition<int32_t, DShorts>;
using Shorts = hn::Vec<DShorts>;
using Sums = hn::Vec<DSums>;
constexpr int kGroup = static_cast<int>(hn::MaxLanes(DShorts()) / 8);
using Rows = Shorts[8];

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

HWY_INLINE Shorts factors(int a, int b) {
  return hn::BitCast(
      DShorts(), hn::Set(DSums(), (a & 0xFFFF) | static_cast<int>(static_cast<unsigned>(b) << 16)));
}

// Sums of products of two rows' lanes, for both halves of the row.
struct Wide {
  Sums low;
  Sums high;
};

struct Pairs {
  Shorts low;
  Shorts high;
};
HWY_INLINE Pairs pair_up(Shorts a, Shorts b) {
  return {hn::InterleaveLower(DShorts(), a, b), hn::InterleaveUpper(DShorts(), a, b)};
}
HWY_INLINE Wide multiply(const Pairs& pairs, Shorts by) {
  return {multiply_pairs(DSums(), pairs.low, by), multiply_pairs(DSums(), pairs.high, by)};
}
HWY_INLINE Wide add(const Wide& a, const Wide& b) {
  return {hn::Add(a.low, b.low), hn::Add(a.high, b.high)};
}
HWY_INLINE Wide subtract(const Wide& a, const Wide& b) {
  return {hn::Sub(a.low, b.low), hn::Sub(a.high, b.high)};
}
HWY_INLINE Wide add(const Wide& a, Sums b) {
  return {hn::Add(a.low, b), hn::Add(a.high, b)};
}
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

// 8 shorts from each of kGroup places, a block of 128 bits each.
HWY_INLINE Shorts gather_blocks(const int16_t* const* blocks, int offset) {
  const DShorts d;
  if constexpr (kGroup == 1) {
    return hn::LoadU(d, blocks[0] + offset);
#if HWY_TARGET <= HWY_AVX2
  } else if constexpr (kGroup == 2) {
    const hn::Half<DShorts> half;
    return hn::Combine(d, hn::Load(half, blocks[1] + offset), hn::Load(half, blocks[0] + offset));
#endif
#if HWY_TARGET <= HWY_AVX3
  } else if constexpr (kGroup == 4) {
    const hn::Half<DShorts> half;
    const hn::Half<decltype(half)> quarter;
    const auto low = hn::Combine(half, hn::Load(quarter, blocks[1] + offset),
                                 hn::Load(quarter, blocks[0] + offset));
    const auto high = hn::Combine(half, hn::Load(quarter, blocks[3] + offset),
                                  hn::Load(quarter, blocks[2] + offset));
    return hn::Combine(d, high, low);
#endif
  }
}

// Which eighths of the scan order hold coefficients of a row, as bits.
constexpr unsigned eighths_of_row(int row) {
  unsigned mask = 0;
  for (unsigned k = 0; k < kBlockSize; ++k) {
    if (kZigzag[k] / 8 == row) mask |= 1U << (k / 8);
  }
  return mask;
}

// Byte shuffles that collect row `row` from eighth `eighth`; 0x80 gives 0.
struct RowShuffles {
  alignas(16) uint8_t bytes[8][8][16];
  // All ones where a coefficient of the first half of the scan order is outside the top left 4 x 4.
  alignas(16) uint16_t outside[4][8];

  constexpr RowShuffles() : bytes(), outside() {
    for (auto& row : bytes) {
      for (auto& eighth : row) {
        for (uint8_t& byte : eighth) byte = 0x80;
      }
    }
    for (int k = 0; k < kBlockSize; ++k) {
      const int row = kZigzag[k] / 8;
      const int column = kZigzag[k] % 8;
      for (int b = 0; b < 2; ++b) {
        bytes[row][k / 8][2 * column + b] = static_cast<uint8_t>(2 * (k % 8) + b);
      }
      if (k < 32) outside[k / 8][k % 8] = row > 3 || column > 3 ? 0xFFFF : 0;
    }
  }
};
inline constexpr RowShuffles kRowShuffles;

template <int kRow, int kEighth>
HWY_INLINE void collect_eighth(Shorts& row, const Shorts* eighths) {
  if constexpr ((eighths_of_row(kRow) >> kEighth & 1) != 0) {
    const hn::Repartition<uint8_t, DShorts> bytes;
    const auto shuffle = hn::LoadDup128(bytes, kRowShuffles.bytes[kRow][kEighth]);
    const auto part = hn::TableLookupBytesOr0(hn::BitCast(bytes, eighths[kEighth]), shuffle);
    row = hn::Or(row, hn::BitCast(DShorts(), part));
  }
}

template <int kRow, int... kEighths>
HWY_INLINE Shorts collect_row(const Shorts* eighths, std::integer_sequence<int, kEighths...>) {
  Shorts row = hn::Zero(DShorts());
  (collect_eighth<kRow, kEighths>(row, eighths), ...);
  return row;
}

template <int kEighths, int... kRowNumbers>
HWY_INLINE void collect_rows(Rows& x, const Shorts* eighths,
                             std::integer_sequence<int, kRowNumbers...>) {
  ((x[kRowNumbers] =
        collect_row<kRowNumbers>(eighths, std::make_integer_sequence<int, kEighths>())),
   ...);
}

// From scan order to rows. True where only the top left 4 x 4 coefficients are not 0: then only
// x[0] to x[3] are set.
HWY_INLINE bool order_rows(Rows& x, const int16_t* const* blocks) {
  const DShorts d;
  Shorts eighths[8];
  for (int i = 0; i < 8; ++i) eighths[i] = gather_blocks(blocks, 8 * i);
  Shorts outside = hn::Or(hn::Or(eighths[4], eighths[5]), hn::Or(eighths[6], eighths[7]));
  for (int i = 0; i < 4; ++i) {
    const auto mask = hn::LoadDup128(d, reinterpret_cast<const int16_t*>(kRowShuffles.outside[i]));
    outside = hn::Or(outside, hn::And(eighths[i], mask));
  }
  if (all_zero(d, outside)) {
    collect_rows<4>(x, eighths, std::make_integer_sequence<int, 4>());
    return true;
  }
  collect_rows<8>(x, eighths, std::make_integer_sequence<int, 8>());
  return false;
}

// From -128..127 to 0..255.
template <class V>
HWY_INLINE hn::Vec<hn::Repartition<uint64_t, DShorts>> unsign(V v) {
  const hn::Repartition<int8_t, DShorts> bytes;
  const hn::Repartition<uint64_t, DShorts> eights;
  return hn::BitCast(eights, hn::Sub(hn::BitCast(bytes, v), hn::Set(bytes, int8_t{-128})));
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
// position in the block. `extreme` gets bits from
// 2^13 on set where a coefficient of the first row is so large
// that libjpeg's implementations differ (some shift it without saturation where a column has no
// other coefficient).
HWY_INLINE void idct_group(uint8_t* out, size_t stride, int16_t* const* blocks,
                           const uint16_t* quant, Shorts& extreme) {
  const DShorts d;
  Rows x;
  const bool half = order_rows(x, blocks);
  const hn::CappedTag<int16_t, 32> whole;
  for (int b = 0; b < kGroup; ++b) {
    for (size_t i = 0; i < kBlockSize; i += hn::Lanes(whole)) {
      hn::Store(hn::Zero(whole), whole, blocks[b] + i);
    }
  }
  const auto* const factors_of = reinterpret_cast<const int16_t*>(quant);
  for (int i = 0; i < (half ? 4 : 8); ++i) {
    x[i] = hn::Mul(x[i], hn::LoadDup128(d, factors_of + 8 * i));
  }
  extreme = hn::Or(extreme, hn::Max(x[0], hn::Sub(hn::Zero(d), x[0])));
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

// The blocks of a chunk.
class ChunkIdct {
 public:
  explicit ChunkIdct(const RowsToDecode& rows) : rows_(rows), frame_(*rows.frame) {}

  // Blocks of MCUs [first, first + count) of row `row` of those to decode. False where coefficients
  // are extreme.
  bool run(int16_t* blocks, int row, int first, int count) const {
    const DShorts d;
    Shorts extreme = hn::Zero(d);
    int block = 0;  // of the MCU, the component's first
    for (int c = 0; c < frame_.component_count; ++c) {
      const FrameComponent& component = frame_.components[c];
      const SamplePlane& plane = rows_.planes[c];
      const uint16_t* const quant = frame_.quant[component.quant_table].data();
      for (int v = 0; v < component.v; ++v, block += component.h) {
        uint8_t* const out =
            plane.samples + static_cast<size_t>(row * component.v + v) * kBlockSide * plane.stride +
            static_cast<size_t>(first) * component.h * kBlockSide;
        for (int i = 0; i < count * component.h; i += kGroup) {
          int16_t* group[kGroup];
          for (int g = 0; g < kGroup; ++g) {
            const int mcu = component.h == 1 ? i + g : (i + g) / 2;
            const int across = component.h == 1 ? 0 : (i + g) % 2;
            group[g] = blocks + (mcu * frame_.blocks_per_mcu + block + across) * kBlockSize;
          }
          idct_group(out + static_cast<size_t>(i) * kBlockSide, plane.stride, group, quant,
                     extreme);
        }
      }
    }
    constexpr int16_t kExtreme = 1 << 13;
    return all_zero(d, hn::And(extreme, hn::Set(d, static_cast<int16_t>(-kExtreme))));
  }

 private:
  const RowsToDecode& rows_;
  const JpegFrame& frame_;
};

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
