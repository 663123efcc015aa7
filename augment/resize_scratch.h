// What a resize keeps from one picture to the next, so that steady use allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/decoders/image.h"

namespace headrace {

// The weights of one axis. All outputs have the same number of taps, so that code runs over the
// outputs of one tap after the other; what Pillow leaves out has weight 0, and every tap lies in
// the window.
struct AxisWeights {
  int taps = 0;                  // at most ResizeAxis::in_count
  std::vector<int32_t> first;    // [out_count] the first tap's input, counted from in_begin
  std::vector<int32_t> weights;  // [taps][out_count], in units of 2^-kResizeWeightBits

  // Intermediate results of making them.
  std::vector<double> centers, sums, reals;
  std::vector<int32_t> begins, ends;
};

// How the horizontal pass walks along a row; resize_tables.h says what the words are.
struct HorizontalTable {
  enum class Lanes { kPacked, kPerPixel };
  Lanes lanes = Lanes::kPacked;
  int groups = 0;
  int pairs = 0;                 // of taps: (taps + 1) / 2
  std::vector<int32_t> offsets;  // bytes from the row's begin to each block's source
  std::vector<int32_t> words;
};

// Threads: one at a time; every worker has one.
struct ResizeScratch {
  AxisWeights x;
  AxisWeights y;
  HorizontalTable across;
  std::vector<const uint8_t*> taps_down;  // rows under the vertical filter
  ByteBuffer ring;                        // rows after the horizontal pass, a power of two of them
  ByteBuffer line;                        // one finished row of RGB
  ByteBuffer planes;                      // the same as three planes
  Image whole;                            // for machines that only have the reference
};

}  // namespace headrace
