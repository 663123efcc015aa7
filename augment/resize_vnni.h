// The resize by the byte dot products of AVX-512 VNNI, for machines that have them.
//
// A pixel is a signed byte, p - 128. A weight times 4 has 24 bits and is three unsigned bytes, its
// digits: high * 2^16 + middle * 2^8 + low. One instruction multiplies four pixels with one digit
// of four weights and adds all up, in each of 16 lanes; so three of them do four taps of 16
// outputs. The sum starts with what is missing, 128 times the weights, and with the rounding half:
//
//   sum of 4 * weight * (p - 128) + 128 * sum of 4 * weight + 2^23 = 4 * (sum of weight * p + 2^21)
//
// and since weights have 22 bits, the result is the top byte of these 32 bits. It needs no shift
// and no clip, only a permutation of bytes that picks it. A weight of 1 would be 2^24, which has a
// digit too many: it becomes 2^24 - 1. That makes a sum smaller by at most 255, and such a sum lies
// about 2^23, the half, above a multiple of 2^24: its top byte stays.
//
// The rows between the passes are signed bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "headrace/augment/resize_scratch.h"

namespace headrace::vnni {

// Whether this machine has AVX-512 with VBMI and VNNI: Intel's since Ice Lake, AMD's since Zen 4.
// The functions below may be called only where it has them.
bool runs_here();

// Source rows that the horizontal pass takes at once, so that the table is loaded once for all.
inline constexpr int kRows = 4;

// kRows source rows become as many rows of the output's width, each with up to 15 bytes behind it
// that say nothing. Reads less than 128 bytes past the end of a source row.
void horizontal_pass(uint8_t* const* out, const uint8_t* const* rows, const VnniTables& tables);

// Output row `y` from its taps' rows. After these, `rows` has any rows up to a multiple of four.
// Reads and writes up to 63 bytes past `bytes`.
void vertical_pass(uint8_t* out, const uint8_t* const* rows, const VnniTables& tables, int y,
                   size_t bytes);

// Three planes of `stride` bytes, a multiple of 32, from a row of RGB that is readable for 32 bytes
// past 3 * stride.
void split_channels(uint8_t* planes, size_t stride, const uint8_t* line, int width);

}  // namespace headrace::vnni
