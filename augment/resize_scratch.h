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

// The weights of one axis in digits, for VNNI: rows of words, one word an output. resize_vnni.h
// says what a digit is, resize_vnni_tables.h what the rows are.
struct WeightDigits {
  int taps = 0;
  int groups = 0;     // of four taps
  size_t stride = 0;  // words from row to row
  std::vector<uint32_t> words;
};

// What the passes by VNNI walk along.
struct VnniTables {
  bool in_use = false;           // whether the last picture was resized with them
  bool wide = false;             // whether a block's source may fill two vectors
  std::vector<int32_t> sources;  // bytes from the row's begin to each block's source
  ByteBuffer entries;            // vectors of 64 bytes, the same number for each block
  WeightDigits across;
  WeightDigits down;
};

// Threads: one at a time; every worker has one.
struct ResizeScratch {
  bool use_vnni = true;  // where the machine has it and it can serve; tests try the rest too

  AxisWeights x;
  AxisWeights y;
  HorizontalTable across;
  VnniTables vnni;
  std::vector<const uint8_t*> taps_down;  // rows under the vertical filter, filled up to fours
  ByteBuffer ring;                        // rows after the horizontal pass, a power of two of them
  ByteBuffer line;                        // one finished row of RGB
  ByteBuffer planes;                      // the same as three planes
  Image whole;                            // for machines that only have the reference
};

}  // namespace headrace
