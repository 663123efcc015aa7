// Chroma upsampling and colour conversion.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_FINISH_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_FINISH_ROWS_INL_H_
#undef HEADRACE_DECODERS_FINISH_ROWS_INL_H_
#else
#define HEADRACE_DECODERS_FINISH_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "headrace/decoders/baseline/finish_rows.h"
#include "headrace/decoders/baseline/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

using DPixels = hn::CappedTag<uint8_t, 64>;
using DWide = hn::Repartition<int16_t, DPixels>;
using DNarrow = hn::Half<DPixels>;  // as many bytes as DWide has lanes
using WideSamples = hn::Vec<DWide>;

HWY_INLINE WideSamples load_wide(const uint8_t* samples) {
  const DNarrow narrow;
  return hn::PromoteTo(DWide(), hn::LoadU(narrow, samples));
}

// jdsample.c: out = 3/4 of the nearer sample and 1/4 of the farther, in each direction. kNear
// weights of 1 << kShift in all; `low` and `high` round alternately down and up.

// Sums over the two nearest rows (h2v2), or the row itself (h2v1), as shorts.
HWY_INLINE void sum_rows(int16_t* sums, const uint8_t* nearer, const uint8_t* farther, int count) {
  const DWide d;
  const int step = static_cast<int>(hn::Lanes(d));
  const WideSamples three = hn::Set(d, 3);
  for (int i = 0; i < count; i += step) {
    const WideSamples sum =
        farther == nullptr ? load_wide(nearer + i)
                           : hn::Add(hn::Mul(load_wide(nearer + i), three), load_wide(farther + i));
    hn::StoreU(sum, d, sums + i);
  }
}

// Two samples for each of sums[0, count), which has neighbours at -1 and count.
template <int kShift>
HWY_INLINE void widen_row(uint8_t* out, const int16_t* sums, int count) {
  const DWide d;
  const int step = static_cast<int>(hn::Lanes(d));
  // jdsample.c: h2v1 rounds with 1 and 2 of 4, h2v2 with 8 and 7 of 16.
  const WideSamples round_left = hn::Set(d, kShift == 2 ? 1 : 8);
  const WideSamples round_right = hn::Set(d, kShift == 2 ? 2 : 7);
  for (int i = 0; i < count; i += step) {
    const WideSamples here = hn::LoadU(d, sums + i);
    const WideSamples thrice = hn::Add(hn::Add(here, here), here);
    const WideSamples left = hn::Add(hn::LoadU(d, sums + i - 1), round_left);
    const WideSamples right = hn::Add(hn::LoadU(d, sums + i + 1), round_right);
    const WideSamples first = hn::ShiftRight<kShift>(hn::Add(thrice, left));
    const WideSamples second = hn::ShiftRight<kShift>(hn::Add(thrice, right));
    // Two bytes in each short are already in order.
    const auto both = hn::Or(first, hn::ShiftLeft<8>(second));
    hn::StoreU(hn::BitCast(DPixels(), both), DPixels(), out + 2 * static_cast<size_t>(i));
  }
}

// Between rows only (h1v2); `round` is 1 for the upper of the two rows made, 2 for the lower.
HWY_INLINE void blend_rows(uint8_t* out, const uint8_t* nearer, const uint8_t* farther, int count,
                           int round) {
  const DWide d;
  const DNarrow narrow;
  const int step = static_cast<int>(hn::Lanes(d));
  const WideSamples three = hn::Set(d, 3);
  const WideSamples rounding = hn::Set(d, static_cast<int16_t>(round));
  for (int i = 0; i < count; i += step) {
    const WideSamples sum = hn::Add(hn::Mul(load_wide(nearer + i), three), load_wide(farther + i));
    hn::StoreU(hn::DemoteTo(narrow, hn::ShiftRight<2>(hn::Add(sum, rounding))), narrow, out + i);
  }
}

struct Rgb {
  WideSamples r, g, b;
};

// Half a vector of pixels. libjpeg-turbo's arithmetic (jdcolext-sse2.asm), which equals the tables
// of jdcolor.c: R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772 Cb, in units of
// 2^-16.
HWY_INLINE Rgb convert(WideSamples y, WideSamples cb, WideSamples cr) {
  const DWide d;
  const hn::Repartition<int32_t, DWide> sums;
  constexpr int kFix0344 = 22554;            // 0.34414 * 65536
  constexpr int kFix0285 = 18734;            // (1 - 0.71414) * 65536
  constexpr int16_t kMinusFix0228 = -14942;  // (1.772 - 2) * 65536
  constexpr int16_t kFix0402 = 26345;        // (1.402 - 1) * 65536
  const auto one = hn::Set(d, 1);
  const auto cb2 = hn::Add(cb, cb);
  const auto cr2 = hn::Add(cr, cr);
  const auto blue = hn::ShiftRight<1>(hn::Add(hn::MulHigh(cb2, hn::Set(d, kMinusFix0228)), one));
  const auto red = hn::ShiftRight<1>(hn::Add(hn::MulHigh(cr2, hn::Set(d, kFix0402)), one));
  const auto weights = hn::BitCast(d, hn::Set(sums, (-kFix0344 & 0xFFFF) | kFix0285 << 16));
  const auto half = hn::Set(sums, 1 << 15);
  const auto low = hn::ShiftRight<16>(
      hn::Add(multiply_pairs(sums, hn::InterleaveLower(d, cb, cr), weights), half));
  const auto high = hn::ShiftRight<16>(
      hn::Add(multiply_pairs(sums, hn::InterleaveUpper(d, cb, cr), weights), half));
  const auto green = hn::Sub(pack_sums(d, low, high), cr);
  return {hn::Add(hn::Add(red, cr), y), hn::Add(green, y), hn::Add(hn::Add(blue, cb2), y)};
}

HWY_INLINE WideSamples lower_wide(hn::Vec<DPixels> v) {
  return hn::BitCast(DWide(), hn::InterleaveLower(DPixels(), v, hn::Zero(DPixels())));
}
HWY_INLINE WideSamples upper_wide(hn::Vec<DPixels> v) {
  return hn::BitCast(DWide(), hn::InterleaveUpper(DPixels(), v, hn::Zero(DPixels())));
}

// `count` pixels, rounded up to whole vectors.
HWY_INLINE void convert_row(uint8_t* rgb, const uint8_t* y, const uint8_t* cb, const uint8_t* cr,
                            int count) {
  const DPixels d;
  const WideSamples centre = hn::Set(DWide(), 128);
  const int step = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += step) {
    const auto y8 = hn::LoadU(d, y + i);
    const auto cb8 = hn::LoadU(d, cb + i);
    const auto cr8 = hn::LoadU(d, cr + i);
    const Rgb low =
        convert(lower_wide(y8), hn::Sub(lower_wide(cb8), centre), hn::Sub(lower_wide(cr8), centre));
    const Rgb high =
        convert(upper_wide(y8), hn::Sub(upper_wide(cb8), centre), hn::Sub(upper_wide(cr8), centre));
    hn::StoreInterleaved3(
        pack_shorts_unsigned(d, low.r, high.r), pack_shorts_unsigned(d, low.g, high.g),
        pack_shorts_unsigned(d, low.b, high.b), d, rgb + 3 * static_cast<size_t>(i));
  }
}

HWY_INLINE void repeat_row(uint8_t* rgb, const uint8_t* grey, int count) {
  const DPixels d;
  const int step = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += step) {
    const auto v = hn::LoadU(d, grey + i);
    hn::StoreInterleaved3(v, v, v, d, rgb + 3 * static_cast<size_t>(i));
  }
}

// One component's rows at full size.
class ChromaRows {
 public:
  ChromaRows(const DecodedSamples& samples, int component, const Region& region, ByteBuffer& line,
             ByteBuffer& sums)
      : frame_(*samples.frame),
        component_(frame_.components[component]),
        plane_(samples.planes[component]),
        across_(frame_.h_max / component_.h),
        down_(frame_.v_max / component_.v),
        x_(samples.first_mcu * component_.h * kBlockSide),
        y_(samples.first_row * component_.v * kBlockSide),
        region_(region),
        line_(line),
        sums_(sums) {
    if (across_ == 1 && down_ == 1) return;
    first_ = region.x / across_;
    count_ = (region.x + region.width - 1) / across_ - first_ + 1;
    const size_t width = static_cast<size_t>(count_) + 2 * kPlaneMargin;
    line_.resize(2 * width);
    sums_.resize(width * sizeof(int16_t));
  }

  // The row of picture row y, from the region's first column on; valid until the next call.
  const uint8_t* row(int y) {
    if (across_ == 1 && down_ == 1) return sample_row(y) + region_.x - x_;
    if (across_ == 1) {
      const auto [nearer, farther] = nearest_rows(y);
      blend_rows(line_.data(), nearer + first_ - x_, farther + first_ - x_, count_, 1 + y % 2);
      return line_.data();
    }
    int16_t* const sums = reinterpret_cast<int16_t*>(sums_.data()) + kPlaneMargin / 2;
    const bool both = down_ == 2;
    const auto [nearer, farther] = both ? nearest_rows(y) : RowPair{sample_row(y), nullptr};
    // Neighbours on both sides; outside the picture its border is repeated.
    const int offset = first_ - 1 - x_;
    sum_rows(sums - 1, nearer + offset, both ? farther + offset : nullptr, count_ + 2);
    if (first_ == 0) sums[-1] = sums[0];
    if (first_ + count_ == component_.width) sums[count_] = sums[count_ - 1];
    if (both) {
      widen_row<4>(line_.data(), sums, count_);
    } else {
      widen_row<2>(line_.data(), sums, count_);
    }
    return line_.data() + region_.x % 2;
  }

 private:
  struct RowPair {
    const uint8_t* nearer;
    const uint8_t* farther;
  };

  const uint8_t* sample_row(int y) const {
    return plane_.samples + static_cast<size_t>(y - y_) * plane_.stride;
  }

  RowPair nearest_rows(int y) const {
    const int nearer = y / 2;
    const int farther =
        y % 2 == 0 ? std::max(nearer - 1, 0) : std::min(nearer + 1, component_.height - 1);
    return {sample_row(nearer), sample_row(farther)};
  }

  const JpegFrame& frame_;
  const FrameComponent& component_;
  const SamplePlane& plane_;
  const int across_;  // pixels a sample
  const int down_;
  const int x_;  // of the plane's first sample, in the component
  const int y_;
  const Region region_;
  ByteBuffer& line_;
  ByteBuffer& sums_;
  int first_ = 0;  // column of samples
  int count_ = 0;
};

inline void finish_rows(Image& image, const DecodedSamples& samples, const Region& region,
                        FinishScratch& scratch) {
  const JpegFrame& frame = *samples.frame;
  const int left = region.x - samples.first_mcu * frame.mcu_width;
  const int top = region.y - samples.first_row * frame.mcu_height;
  const SamplePlane& luma = samples.planes[0];
  const uint8_t* y = luma.samples + static_cast<size_t>(top) * luma.stride + left;
  // Rows are written from top to bottom, with whole vectors: what a row has too much the next
  // overwrites, and behind the last there is ByteBuffer::kPadding.
  static_assert(3 * 64 <= ByteBuffer::kPadding + 3);
  if (frame.component_count == 1) {
    for (int i = 0; i < region.height; ++i, y += luma.stride) {
      repeat_row(image.row(i), y, region.width);
    }
    return;
  }
  ChromaRows cb(samples, 1, region, scratch.lines[0], scratch.sums);
  ChromaRows cr(samples, 2, region, scratch.lines[1], scratch.sums);
  for (int i = 0; i < region.height; ++i, y += luma.stride) {
    convert_row(image.row(i), y, cb.row(region.y + i), cr.row(region.y + i), region.width);
  }
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
