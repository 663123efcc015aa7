// AVX-512 is switched on for these functions alone; resize_vnni.cc says how and why.
#include "headrace/augment/resize_vnni_tables.h"

#include <hwy/base.h>

#if HWY_ARCH_X86

#include "headrace/augment/avx512_intrinsics.h"

#include <algorithm>

#include "headrace/augment/resize.h"

namespace headrace::vnni {
namespace {

constexpr int kChannels = 3;
constexpr int kWeightShift = 24 - kResizeWeightBits;
// No sum passes 255 and needs a clip: a weight is rounded up by half a unit at most, and
// 255 * (2^22 + taps / 2) + 2^21 < 2^30 up to 16,000 taps.
constexpr int kMostTaps = 8192;

struct alignas(kVectorBytes) Words {
  uint32_t at[kLanes];
};

// Lane j of a block whose first byte is of channel `phase` makes pixel (phase + j) / 3 of the
// block, channel (phase + j) % 3.
struct LaneTables {
  Words pixel[kChannels];
  Words channel[kChannels];
};
constexpr LaneTables make_lane_tables() {
  LaneTables tables{};
  for (uint32_t phase = 0; phase < kChannels; ++phase) {
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
      tables.pixel[phase].at[lane] = (phase + lane) / kChannels;
      tables.channel[phase].at[lane] = (phase + lane) % kChannels;
    }
  }
  return tables;
}
constexpr LaneTables kLaneTables = make_lane_tables();
constexpr int kLastPixel = (kChannels - 1 + kLanes - 1) / kChannels;

// 16 neighbouring bytes of the row.
struct Block {
  int pixel;        // of the first byte
  int phase;        // channel of the first byte
  int source;       // first pixel that its outputs' first groups take
  int source_span;  // and how many they are
};
Block block_at(int index, const AxisWeights& axis, bool flip) {
  const int width = static_cast<int>(axis.first.size());
  const int pixel = index * kLanes / kChannels;
  const int last_pixel = std::min((index * kLanes + kLanes - 1) / kChannels, width - 1);
  const int source = axis.first[flip ? width - 1 - last_pixel : pixel];
  const int last_source = axis.first[flip ? width - 1 - pixel : last_pixel];
  return {pixel, index * kLanes % kChannels, source,
          last_source - source + std::min(kGroup, axis.taps)};
}
int block_count(const AxisWeights& axis) {
  return (kChannels * static_cast<int>(axis.first.size()) + kLanes - 1) / kLanes;
}

// Bytes of the longest source that a block's index may point into.
int longest_source(const AxisWeights& axis, bool flip) {
  int pixels = 0;
  for (int i = 0; i < block_count(axis); ++i) {
    pixels = std::max(pixels, block_at(i, axis, flip).source_span);
  }
  return kChannels * pixels;
}

}  // namespace
}  // namespace headrace::vnni

HWY_PUSH_ATTRIBUTES("avx512f")
namespace headrace::vnni {
namespace {

using Vector = __m512i;

// `start` is added to what every sum starts with.
void make_digits(WeightDigits& digits, const AxisWeights& axis, uint32_t start) {
  const size_t count = axis.first.size();
  digits.taps = axis.taps;
  digits.groups = (axis.taps + kGroup - 1) / kGroup;
  digits.stride = kMargin + count + kMargin;
  digits.words.assign((kDigitRows + size_t{kDigits} * digits.groups) * digits.stride, 0);
  uint32_t* HWY_RESTRICT starts = digits.words.data() + kMargin + kStartRow * digits.stride;
  uint32_t* HWY_RESTRICT first_bytes =
      digits.words.data() + kMargin + kFirstByteRow * digits.stride;
  uint32_t* digit_rows = digits.words.data() + kMargin + kDigitRows * digits.stride;

  const int32_t* HWY_RESTRICT first = axis.first.data();
  for (size_t i = 0; i < count; ++i) {
    starts[i] = (1U << 23) + start;
    first_bytes[i] = kChannels * static_cast<uint32_t>(first[i]);
  }
  for (int t = 0; t < axis.taps; ++t) {
    const int32_t* HWY_RESTRICT weights = axis.weights.data() + count * t;
    uint32_t* HWY_RESTRICT high = digit_rows + t / kGroup * kDigits * digits.stride;
    uint32_t* HWY_RESTRICT middle = high + digits.stride;
    uint32_t* HWY_RESTRICT low = middle + digits.stride;
    const int shift = t % kGroup * 8;
    for (size_t i = 0; i < count; ++i) {
      constexpr uint32_t kMost = 0xFFFFFF;
      const uint32_t exact = static_cast<uint32_t>(weights[i]) << kWeightShift;
      const uint32_t weight = exact < kMost ? exact : kMost;
      starts[i] += 128 * weight;
      high[i] |= (weight >> 16) << shift;
      middle[i] |= (weight >> 8 & 0xFF) << shift;
      low[i] |= (weight & 0xFF) << shift;
    }
  }
}

// The lanes of a block in the rows of WeightDigits.
struct LanePicker {
  const uint32_t* words;  // of the first row, near the block's outputs
  size_t stride;
  Vector indices;
};
Vector pick_lanes(const LanePicker& picker, int row) {
  return _mm512_permutexvar_epi32(picker.indices,
                                  _mm512_loadu_si512(picker.words + row * picker.stride));
}

void make_entry(Vector* entry, const Block& block, const WeightDigits& digits, int width,
                bool flip) {
  // Lanes behind the row's end have weight 0 and may pick any byte.
  LanePicker lanes{digits.words.data() + kMargin + block.pixel, digits.stride,
                   _mm512_load_si512(&kLaneTables.pixel[block.phase])};
  if (flip) {  // output width - 1 - x is what pixel x becomes
    lanes.words = digits.words.data() + kMargin + width - 1 - block.pixel - kLastPixel;
    lanes.indices = _mm512_sub_epi32(_mm512_set1_epi32(kLastPixel), lanes.indices);
  }
  const Vector channel = _mm512_load_si512(&kLaneTables.channel[block.phase]);
  const Vector from_source = _mm512_sub_epi32(pick_lanes(lanes, kFirstByteRow),
                                              _mm512_set1_epi32(kChannels * block.source));
  const Vector four_times =
      _mm512_mullo_epi32(_mm512_add_epi32(from_source, channel), _mm512_set1_epi32(0x01010101));
  entry[kIndices] = _mm512_add_epi32(four_times, _mm512_set1_epi32(0x09060300));
  entry[kStart] = pick_lanes(lanes, kStartRow);
  for (int i = 0; i < kDigits * digits.groups; ++i) {
    entry[kBlockDigits + i] = pick_lanes(lanes, kDigitRows + i);
  }
}

void make_entries(VnniTables& tables, const AxisWeights& axis, bool flip) {
  const int width = static_cast<int>(axis.first.size());
  const int blocks = block_count(axis);
  const size_t vectors = kBlockDigits + size_t{kDigits} * tables.across.groups;
  tables.sources.resize(blocks);
  tables.entries.resize(kVectorBytes * vectors * blocks);
  auto* entry = reinterpret_cast<Vector*>(tables.entries.data());
  for (int i = 0; i < blocks; ++i) {
    const Block block = block_at(i, axis, flip);
    tables.sources[i] = kChannels * block.source;
    make_entry(entry, block, tables.across, width, flip);
    entry += vectors;
  }
}

}  // namespace

bool make_tables(VnniTables& tables, const AxisWeights& x, const AxisWeights& y, bool flip) {
  const int source_bytes = longest_source(x, flip);
  if (source_bytes > 2 * kVectorBytes || x.taps > kMostTaps || y.taps > kMostTaps) return false;
  tables.wide = source_bytes > kVectorBytes;
  constexpr uint32_t kSign = 1U << 31;  // p - 128 from p: the rows between the passes are signed
  make_digits(tables.across, x, kSign);
  make_digits(tables.down, y, 0);
  make_entries(tables, x, flip);
  return true;
}

}  // namespace headrace::vnni
HWY_POP_ATTRIBUTES

#endif  // HWY_ARCH_X86
