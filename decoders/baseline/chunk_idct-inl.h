// The blocks of a chunk to samples.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_CHUNK_IDCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_CHUNK_IDCT_INL_H_
#undef HEADRACE_DECODERS_CHUNK_IDCT_INL_H_
#else
#define HEADRACE_DECODERS_CHUNK_IDCT_INL_H_
#endif

#include <hwy/highway.h>

#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/idct-inl.h"
#include "headrace/decoders/baseline/scaled_idct-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

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
      const int size = component.dct_size;
      for (int v = 0; v < component.v; ++v, block += component.h) {
        uint8_t* const out = plane.samples +
                             static_cast<size_t>(row * component.v + v) * size * plane.stride +
                             static_cast<size_t>(first) * component.h * size;
        for (int i = 0; i < count * component.h; i += kGroup) {
          int16_t* group[kGroup];
          for (int g = 0; g < kGroup; ++g) {
            const int mcu = component.h == 1 ? i + g : (i + g) / 2;
            const int across = component.h == 1 ? 0 : (i + g) % 2;
            group[g] = blocks + (mcu * frame_.blocks_per_mcu + block + across) * kBlockSize;
          }
          uint8_t* const samples = out + static_cast<size_t>(i) * size;
          if (HWY_LIKELY(size == kBlockSide)) {
            idct_group(samples, plane.stride, group, quant, extreme);
          } else {
            scaled_idct_group(samples, plane.stride, group, quant, size, extreme);
          }
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
