// Blocks of coefficients as vectors, and the sums that inverse DCTs are made of.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_BLOCK_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_BLOCK_ROWS_INL_H_
#undef HEADRACE_DECODERS_BLOCK_ROWS_INL_H_
#else
#define HEADRACE_DECODERS_BLOCK_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstring>
#include <utility>

#include "headrace/decoders/baseline/jpeg_frame.h"
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

HWY_INLINE void clear_blocks(int16_t* const* blocks) {
  const hn::CappedTag<int16_t, 32> whole;
  for (int b = 0; b < kGroup; ++b) {
    for (size_t i = 0; i < kBlockSize; i += hn::Lanes(whole)) {
      hn::Store(hn::Zero(whole), whole, blocks[b] + i);
    }
  }
}

// Rows [0, count) times `quant`, by position in the block. `extreme` gets bits from 2^13 on set
// where a coefficient of the first row is so large that libjpeg's implementations differ (some
// shift it without saturation where a column has no other coefficient).
HWY_INLINE void dequantise(Rows& x, const uint16_t* quant, int count, Shorts& extreme) {
  const DShorts d;
  const auto* const factors_of = reinterpret_cast<const int16_t*>(quant);
  for (int i = 0; i < count; ++i) x[i] = hn::Mul(x[i], hn::LoadDup128(d, factors_of + 8 * i));
  extreme = hn::Or(extreme, hn::Max(x[0], hn::Sub(hn::Zero(d), x[0])));
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
