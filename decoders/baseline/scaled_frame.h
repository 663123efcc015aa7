// Decoding a picture smaller than it is: how many samples libjpeg makes of which block.
#pragma once

#include "headrace/decoders/baseline/jpeg_frame.h"

namespace headrace {

// Sets the frame, as parse_jpeg_frame() made it, to be decoded at 1/scale (1, 2, 4, 8) of its size:
// `scale` and the components' `dct_size`. A block of luma becomes 8 / scale samples a side. Chroma
// that is subsampled both ways gets twice that, and needs no upsampling (jdmaster.c,
// jpeg_calc_output_dimensions()).
void scale_frame(JpegFrame& frame, int scale);

}  // namespace headrace
