// The horizontal pass: two source rows become two rows of the output's width.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_AUGMENT_RESIZE_HORIZONTAL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_AUGMENT_RESIZE_HORIZONTAL_INL_H_
#undef HEADRACE_AUGMENT_RESIZE_HORIZONTAL_INL_H_
#else
#define HEADRACE_AUGMENT_RESIZE_HORIZONTAL_INL_H_
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

// Blocks of one or two: a row's table entries come from two places, and four would cost four loads.
using RowBytes = hn::CappedTag<uint8_t, 32>;
using RowShorts = hn::Repartition<int16_t, RowBytes>;
using RowSums = hn::Repartition<int32_t, RowBytes>;
constexpr RowBytes kRowBytes;
constexpr RowShorts kRowShorts;
constexpr RowSums kRowSums;
constexpr int kRowBlocks = static_cast<int>(hn::MaxLanes(RowBytes())) / 16;
constexpr int kRowWords = 4 * kRowBlocks;  // lanes of 32 bits

// Rows are done in twos, so that a table entry is loaded once for both.
struct TwoRows {
  const uint8_t* a;
  const uint8_t* b;
};
struct TwoOutputs {
  uint8_t* a;
  uint8_t* b;
};
struct TwoVectors {
  hn::Vec<RowSums> a;
  hn::Vec<RowSums> b;
};

// The high and the low part of the weighted sums of two rows. The constructor is written out
// because an implicit one would not be compiled for the target.
struct Accumulators {
  HWY_INLINE Accumulators()
      : high_a(hn::Zero(kRowSums)),
        high_b(hn::Zero(kRowSums)),
        low_a(hn::Set(kRowSums, kResizeHalf)),
        low_b(hn::Set(kRowSums, kResizeHalf)) {}

  HWY_INLINE void add(hn::Vec<RowShorts> a, hn::Vec<RowShorts> b, const int32_t* words) {
    const auto high = load_pairs(kRowShorts, words);
    const auto low = load_pairs(kRowShorts, words + kRowWords);
    high_a = multiply_pairs(kRowSums, a, high, high_a);
    high_b = multiply_pairs(kRowSums, b, high, high_b);
    low_a = multiply_pairs(kRowSums, a, low, low_a);
    low_b = multiply_pairs(kRowSums, b, low, low_b);
  }
  HWY_INLINE TwoVectors rounded() const {
    return {round_sums(kRowSums, high_a, low_a), round_sums(kRowSums, high_b, low_b)};
  }

  hn::Vec<RowSums> high_a, high_b, low_a, low_b;
};

// 16 bytes for each block, from its own offset.
HWY_INLINE hn::Vec<RowBytes> load_blocks(const uint8_t* row, const int32_t* offsets) {
#if HWY_TARGET <= HWY_AVX2
  const hn::Half<RowBytes> half;
  return hn::Combine(kRowBytes, hn::LoadU(half, row + offsets[1]),
                     hn::LoadU(half, row + offsets[0]));
#else
  return hn::LoadU(kRowBytes, row + offsets[0]);
#endif
}

HWY_INLINE hn::Vec<RowShorts> pick_taps(hn::Vec<RowBytes> source, hn::Vec<RowBytes> indices) {
  return hn::BitCast(kRowShorts, hn::TableLookupBytesOr0(source, indices));
}

// One vector of sums of the packed layout; `words` and `offsets` move on to the next vector's.
template <int kPairs>
HWY_INLINE TwoVectors packed_sums(TwoRows rows, const int32_t*& offsets, const int32_t*& words) {
  const auto source_a = load_blocks(rows.a, offsets);
  const auto source_b = load_blocks(rows.b, offsets);
  offsets += kRowBlocks;
  Accumulators sums;
  for (int pair = 0; pair < kPairs; ++pair) {
    const auto indices = hn::BitCast(kRowBytes, hn::LoadU(kRowSums, words));
    sums.add(pick_taps(source_a, indices), pick_taps(source_b, indices), words + kRowWords);
    words += 3 * kRowWords;
  }
  return sums.rounded();
}

// From the 16 bytes of five neighbouring pixels: R, G, B of the first two as pairs of int16, and of
// the next two. 128 makes a zero.
alignas(16) constexpr uint8_t kTaps01[16] = {0, 128, 3, 128, 1,   128, 4,   128,
                                             2, 128, 5, 128, 128, 128, 128, 128};
alignas(16) constexpr uint8_t kTaps23[16] = {6, 128, 9,  128, 7,   128, 10,  128,
                                             8, 128, 11, 128, 128, 128, 128, 128};
// Four pixels of R, G, B and nothing to twelve bytes.
alignas(16) constexpr uint8_t kDropFourth[16] = {0,  1,  2,  4,  5,   6,   8,   9,
                                                 10, 12, 13, 14, 128, 128, 128, 128};

// The same of the per-pixel layout, for `pairs` pairs of taps.
HWY_INLINE TwoVectors per_pixel_sums(TwoRows rows, const int32_t*& offsets, const int32_t*& words,
                                     int pairs) {
  const auto taps01 = hn::LoadDup128(kRowBytes, kTaps01);
  const auto taps23 = hn::LoadDup128(kRowBytes, kTaps23);
  Accumulators sums;
  for (int pair = 0; pair < pairs; pair += 2) {  // 16 bytes hold four taps
    const auto source_a = load_blocks(rows.a + 6 * pair, offsets);
    const auto source_b = load_blocks(rows.b + 6 * pair, offsets);
    sums.add(pick_taps(source_a, taps01), pick_taps(source_b, taps01), words);
    words += 2 * kRowWords;
    if (pair + 1 == pairs) break;
    sums.add(pick_taps(source_a, taps23), pick_taps(source_b, taps23), words);
    words += 2 * kRowWords;
  }
  offsets += kRowBlocks;
  return sums.rounded();
}

template <int kPairs>
HWY_INLINE void packed_rows(TwoOutputs out, TwoRows rows, const HorizontalTable& table) {
  const int32_t* offsets = table.offsets.data();
  const int32_t* words = table.words.data();
  for (int group = 0; group < table.groups; ++group) {
    const TwoVectors v0 = packed_sums<kPairs>(rows, offsets, words);
    const TwoVectors v1 = packed_sums<kPairs>(rows, offsets, words);
    const TwoVectors v2 = packed_sums<kPairs>(rows, offsets, words);
    const TwoVectors v3 = packed_sums<kPairs>(rows, offsets, words);
    hn::StoreU(pack_to_bytes(kRowBytes, v0.a, v1.a, v2.a, v3.a), kRowBytes, out.a);
    hn::StoreU(pack_to_bytes(kRowBytes, v0.b, v1.b, v2.b, v3.b), kRowBytes, out.b);
    out.a += 16 * kRowBlocks;
    out.b += 16 * kRowBlocks;
  }
}

// Stores the twelve bytes of each block one behind the other. Each store writes four bytes too
// many, which the next one overwrites; the row has room for those of the last.
HWY_INLINE void store_pixels(uint8_t* out, hn::Vec<RowBytes> pixels) {
  pixels = hn::TableLookupBytesOr0(pixels, hn::LoadDup128(kRowBytes, kDropFourth));
#if HWY_TARGET <= HWY_AVX2
  const hn::Half<RowBytes> half;
  hn::StoreU(hn::LowerHalf(half, pixels), half, out);
  hn::StoreU(hn::UpperHalf(half, pixels), half, out + 12);
#else
  hn::StoreU(pixels, kRowBytes, out);
#endif
}

HWY_INLINE void per_pixel_rows(TwoOutputs out, TwoRows rows, const HorizontalTable& table) {
  const int32_t* offsets = table.offsets.data();
  const int32_t* words = table.words.data();
  const int pairs = table.pairs;
  for (int group = 0; group < table.groups; ++group) {
    const TwoVectors v0 = per_pixel_sums(rows, offsets, words, pairs);
    const TwoVectors v1 = per_pixel_sums(rows, offsets, words, pairs);
    const TwoVectors v2 = per_pixel_sums(rows, offsets, words, pairs);
    const TwoVectors v3 = per_pixel_sums(rows, offsets, words, pairs);
    store_pixels(out.a, pack_to_bytes(kRowBytes, v0.a, v1.a, v2.a, v3.a));
    store_pixels(out.b, pack_to_bytes(kRowBytes, v0.b, v1.b, v2.b, v3.b));
    out.a += 12 * kRowBlocks;
    out.b += 12 * kRowBlocks;
  }
}

// Bytes that a row of `width` pixels needs, with what whole groups write past its end.
inline size_t ring_row_bytes(int width) {
  return (size_t{3} * width + 63) / 64 * 64 + 64;
}

// Reads less than 16 bytes past the end of a source row.
inline void horizontal_pass(TwoOutputs out, TwoRows rows, const HorizontalTable& table) {
  if (table.lanes == HorizontalTable::Lanes::kPerPixel) {
    per_pixel_rows(out, rows, table);
  } else if (table.pairs == 1) {
    packed_rows<1>(out, rows, table);
  } else {
    packed_rows<2>(out, rows, table);
  }
}

#endif  // x86
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#endif
