#include "headrace/augment/resize_tables.h"

#include <algorithm>

namespace headrace {
namespace {

constexpr int kChannels = 3;
constexpr int kLanes = 4;  // 32-bit lanes of a block
constexpr int kBlockBytes = 16;
constexpr int kVectorsPerGroup = 4;
// A byte index with the top bit set makes a zero: the upper half of each int16.
constexpr uint32_t kZero = 0x80;

// Number of the vector, and of the block in it, that makes unit `index` (four bytes or a pixel).
struct Place {
  int vector;
  int block;
};
Place place_of(int index, int blocks) {
  const int per_group = kVectorsPerGroup * blocks;
  const int within = index % per_group;
  return {index / per_group * kVectorsPerGroup + within % kVectorsPerGroup,
          within / kVectorsPerGroup};
}

WeightPair weights_of(const AxisWeights& axis, int output, int pair) {
  const size_t count = axis.first.size();
  const int32_t* weight = axis.weights.data() + 2 * pair * count + output;
  return split_weights(weight[0], 2 * pair + 1 < axis.taps ? weight[count] : 0);
}

// Sets the table's size and makes everything "weight 0 of byte 0".
void clear(HorizontalTable& table, int units, int blocks, int words_per_pair) {
  table.groups = (units + kVectorsPerGroup * blocks - 1) / (kVectorsPerGroup * blocks);
  const size_t vectors = static_cast<size_t>(table.groups) * kVectorsPerGroup;
  table.offsets.assign(vectors * blocks, 0);
  table.words.assign(vectors * table.pairs * words_per_pair * kLanes * blocks, 0);
}

bool try_packed(HorizontalTable& table, const AxisWeights& axis, bool flip, int blocks) {
  constexpr int kMostPairs = 2;
  if (table.pairs > kMostPairs) return false;
  constexpr int kWords = 3;
  const int width = static_cast<int>(axis.first.size());
  const int bytes = kChannels * width;
  const int units = (bytes + kLanes - 1) / kLanes;
  const int span = kChannels * (axis.taps - 1);  // from the first tap's byte to the last one's
  const int stride = kLanes * blocks;            // words of one kind in a vector
  clear(table, units, blocks, kWords);
  table.lanes = HorizontalTable::Lanes::kPacked;

  for (int unit = 0; unit < units; ++unit) {
    int outputs[kLanes];
    int sources[kLanes];
    const int used = std::min(kLanes, bytes - unit * kLanes);
    int base = INT32_MAX;
    for (int lane = 0; lane < used; ++lane) {
      const int byte = unit * kLanes + lane;
      const int x = byte / kChannels;
      outputs[lane] = flip ? width - 1 - x : x;
      sources[lane] = kChannels * axis.first[outputs[lane]] + byte % kChannels;
      base = std::min(base, sources[lane]);
    }
    const Place place = place_of(unit, blocks);
    table.offsets[place.vector * blocks + place.block] = base;
    for (int lane = 0; lane < used; ++lane) {
      const int from_base = sources[lane] - base;
      if (from_base + span >= kBlockBytes) return false;
      for (int pair = 0; pair < table.pairs; ++pair) {
        const uint32_t a = static_cast<uint32_t>(from_base + 2 * kChannels * pair);
        const uint32_t b = 2 * pair + 1 < axis.taps ? a + kChannels : kZero;
        const WeightPair weights = weights_of(axis, outputs[lane], pair);
        int32_t* words = table.words.data() +
                         (place.vector * table.pairs + pair) * kWords * stride +
                         place.block * kLanes + lane;
        words[0] = static_cast<int32_t>(a | kZero << 8 | b << 16 | kZero << 24);
        words[stride] = weights.high;
        words[2 * stride] = weights.low;
      }
    }
  }
  return true;
}

void make_per_pixel(HorizontalTable& table, const AxisWeights& axis, bool flip, int blocks) {
  constexpr int kWords = 2;
  const int width = static_cast<int>(axis.first.size());
  const int stride = kLanes * blocks;
  clear(table, width, blocks, kWords);
  table.lanes = HorizontalTable::Lanes::kPerPixel;
  for (int x = 0; x < width; ++x) {
    const int output = flip ? width - 1 - x : x;
    const Place place = place_of(x, blocks);
    table.offsets[place.vector * blocks + place.block] = kChannels * axis.first[output];
    for (int pair = 0; pair < table.pairs; ++pair) {
      const WeightPair weights = weights_of(axis, output, pair);
      int32_t* words = table.words.data() +
                       (static_cast<size_t>(place.vector) * table.pairs + pair) * kWords * stride +
                       place.block * kLanes;
      std::fill_n(words, kLanes, weights.high);
      std::fill_n(words + stride, kLanes, weights.low);
    }
  }
}

}  // namespace

void make_horizontal_table(HorizontalTable& table, const AxisWeights& axis, bool flip, int blocks) {
  table.pairs = (axis.taps + 1) / 2;
  if (!try_packed(table, axis, flip, blocks)) make_per_pixel(table, axis, flip, blocks);
}

}  // namespace headrace
