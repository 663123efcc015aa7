// JPEG through libjpeg-turbo.
#pragma once

#include <memory>

#include "headrace/decoders/codec.h"

namespace headrace {

// More scans than this are refused: encoders write about ten, and every scan of a progressive
// picture visits all of its coefficients, however few bytes it has.
inline constexpr int kMaxJpegScans = 100;

// Coefficients that a picture in several scans (progressive) may hold in memory, in bytes; two a
// sample. Pictures in one scan hold a few rows only.
inline constexpr uint64_t kMaxJpegCoefficientBytes = uint64_t{512} << 20;

// Baseline, extended and progressive JPEG of 8 bits a sample: grey, YCbCr, RGB, CMYK and YCCK, with
// libjpeg's defaults (accurate integer DCT, fancy upsampling), which are Pillow's and
// torchvision's.
//
// Rows above a region are entropy-decoded only, columns beside it as far as libjpeg can, rows below
// it not at all: damage there is not noticed. Damage that libjpeg merely warns about (and patches
// with grey) is an error with libjpeg's words, "premature end of JPEG file"; what does no harm to
// pixels (bytes between markers, unknown versions) is not.
std::unique_ptr<Codec> make_jpeg_codec();

}  // namespace headrace
