// Tables that tell the horizontal pass which source bytes make which output bytes.
//
// A weight k of 22 bits does not fit the 16 bits that multiply-and-add-pairs takes, so it is split:
// k = high * 2^11 + low. Two taps' high parts are one word (two int16), their low parts another.
// One multiply-and-add-pairs with each, (sum of highs << 11) + sum of lows, is the exact sum.
//
// A vector is one or more blocks of 128 bits, and instructions that move bytes stay within a block.
// A group is four vectors of 32-bit sums that are packed to one vector of bytes. Packing works
// block by block too; so block b of vector v makes the four output bytes (or the pixel) number 4 *
// b + v of its group, and the packed bytes come out in order.
//
// Two layouts:
//   packed     A block makes four neighbouring bytes of the interleaved row, whatever their channel
//              (RGBR, GBRG, ...), from 16 source bytes: no lane is wasted. The taps of all four
//              must lie within these 16 bytes: at most four taps, and few pixels between
//              neighbours. Per vector and pair of taps: [byte indices][high pairs][low pairs], a
//              word a lane.
//   per pixel  A block makes R, G, B of one pixel and wastes a lane; any number of taps.
//              Per vector and pair of taps: [high pairs][low pairs], a word a lane.
// Outputs beyond the row that fill its last group have weight 0.
//
// A flip costs nothing: the tables are made for the outputs from right to left.
#pragma once

#include "headrace/augment/resize_scratch.h"

namespace headrace {

// Two weights' parts as the pairs of int16 described above.
struct WeightPair {
  int32_t high;
  int32_t low;
};
inline constexpr int kLowWeightBits = 11;
inline WeightPair split_weights(int32_t a, int32_t b) {
  constexpr int32_t kLow = (1 << kLowWeightBits) - 1;
  return {(a >> kLowWeightBits) | (b >> kLowWeightBits) << 16, (a & kLow) | (b & kLow) << 16};
}

// Makes the table for vectors of `blocks` blocks. Packed where it can be, else per pixel.
void make_horizontal_table(HorizontalTable& table, const AxisWeights& axis, bool flip, int blocks);

}  // namespace headrace
