// Pictures of the kinds that the decoder takes, and what they must become.
#pragma once

#include <gtest/gtest.h>

#include <random>

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "jpeg_maker.h"
#include "jpeg_segments.h"
#include "reference_jpeg.h"

namespace headrace {

// For GoogleTest's messages.
void PrintTo(DecodeReason reason, std::ostream* out);

// A spec with everything but the size and the sampling at random. Kind 0 to 3: 4:4:4, 4:2:2, 4:4:0,
// 4:2:0; 4: grey; 5: grey that libjpeg reads two rows of blocks at a time.
inline constexpr int kPictureKinds = 6;
JpegSpec random_spec(std::mt19937& random, int kind, int width, int height);

// An image whose buffer has no more than the promised padding behind its pixels once it is
// reshaped to this size, so that AddressSanitizer sees what reaches farther.
Image tight_image(int width, int height);

// Fails unless `image` holds the region of `expected`.
testing::AssertionResult holds(const Image& image, const ReferencePicture& expected,
                               const Region& region);

}  // namespace headrace
