// The tables that the passes by VNNI walk along; resize_vnni.h explains what a digit is.
#pragma once

#include "headrace/augment/resize_scratch.h"

namespace headrace::vnni {

inline constexpr int kLanes = 16;  // sums of a vector
inline constexpr int kVectorBytes = 64;
inline constexpr int kGroup = 4;   // taps whose digits make one word, a byte each
inline constexpr int kDigits = 3;  // high, middle, low

// Rows of WeightDigits: what each output's sum starts with; its first tap's byte in a row of RGB;
// then three rows of digits for each group of taps. Taps that fill the last group have weight 0.
inline constexpr int kStartRow = 0;
inline constexpr int kFirstByteRow = 1;
inline constexpr int kDigitRows = 2;
// Words before and behind each row, so that a whole vector may be loaded around any output.
inline constexpr int kMargin = kLanes;

// The horizontal pass makes blocks of 16 neighbouring bytes of the interleaved row, whatever their
// channels. Vectors of a block in VnniTables::entries: the indices of the first group's bytes,
// counted from the block's source (the next group's are four pixels further); what the sums start
// with; three vectors of digits for each group.
inline constexpr int kIndices = 0;
inline constexpr int kStart = 1;
inline constexpr int kBlockDigits = 2;

// Makes the tables of both passes. False where they cannot serve: where the sources of a block are
// too far apart for two vectors (beyond a scale of about 7), or an output has thousands of taps.
// A flip is in the tables, so it costs nothing. Only where runs_here().
bool make_tables(VnniTables& tables, const AxisWeights& x, const AxisWeights& y, bool flip);

}  // namespace headrace::vnni
