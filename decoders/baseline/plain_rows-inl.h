// Samples to RGB without interpolation: chroma samples are repeated.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_PLAIN_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_PLAIN_ROWS_INL_H_
#undef HEADRACE_DECODERS_PLAIN_ROWS_INL_H_
#else
#define HEADRACE_DECODERS_PLAIN_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include "headrace/decoders/baseline/finish_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

// Each of in[0, count) twice; whole vectors are written.
HWY_INLINE void repeat_samples(uint8_t* out, const uint8_t* in, int count) {
  const DWide d;
  const int step = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < count; i += step) {
    const WideSamples wide = load_wide(in + i);
    const auto both = hn::Or(wide, hn::ShiftLeft<8>(wide));
    hn::StoreU(hn::BitCast(DPixels(), both), DPixels(), out + 2 * static_cast<size_t>(i));
  }
}

// One component's rows at the size of the luma's, from `region`'s first column on.
class PlainRows {
 public:
  PlainRows(const DecodedSamples& samples, int component, const Region& region, ByteBuffer& line)
      : plane_(samples.planes[component]), line_(line) {
    const JpegFrame& frame = *samples.frame;
    const FrameComponent& c = frame.components[component];
    const int luma_size = kBlockSide / frame.scale;
    across_ = frame.h_max * luma_size / (c.h * c.dct_size);
    down_ = frame.v_max * luma_size / (c.v * c.dct_size);
    const int x = region.x / across_;
    first_ = x - samples.first_mcu * c.h * c.dct_size;
    top_ = samples.first_row * c.v * c.dct_size;
    if (across_ == 1) return;
    odd_ = region.x % across_;
    count_ = (region.x + region.width - 1) / across_ - x + 1;
    line_.resize(2 * (static_cast<size_t>(count_) + 2 * kPlaneMargin));
  }

  // The row of picture row y; valid until the next call, which is for a row farther down.
  const uint8_t* row(int y) {
    const int row = y / down_;
    const uint8_t* const samples =
        plane_.samples + static_cast<size_t>(row - top_) * plane_.stride + first_;
    if (across_ == 1) return samples;
    if (row != repeated_) repeat_samples(line_.data(), samples, count_);
    repeated_ = row;
    return line_.data() + odd_;
  }

 private:
  const SamplePlane& plane_;
  ByteBuffer& line_;
  int across_ = 1;  // pixels a sample
  int down_ = 1;
  int first_ = 0;  // column of the plane
  int top_ = 0;    // row of the component that the plane begins with
  int odd_ = 0;    // whether the first pixel is a sample's second
  int count_ = 0;
  int repeated_ = -1;  // row that the line holds
};

inline void finish_rows_plainly(Image& image, const DecodedSamples& samples, const Region& region,
                                FinishScratch& scratch) {
  // As in finish_rows(), what a row has too much the next overwrites.
  PlainRows luma(samples, 0, region, scratch.sums);
  if (samples.frame->component_count == 1) {
    for (int i = 0; i < region.height; ++i) {
      repeat_row(image.row(i), luma.row(region.y + i), region.width);
    }
    return;
  }
  PlainRows cb(samples, 1, region, scratch.lines[0]);
  PlainRows cr(samples, 2, region, scratch.lines[1]);
  for (int i = 0; i < region.height; ++i) {
    const int y = region.y + i;
    convert_row(image.row(i), luma.row(y), cb.row(y), cr.row(y), region.width);
  }
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
