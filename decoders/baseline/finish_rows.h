// Samples to RGB: chroma upsampling and colour conversion.
#pragma once

#include <array>

#include "headrace/base/bytes.h"
#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/image.h"

namespace headrace {

// What decode_rows() made, and where in the picture it lies.
struct DecodedSamples {
  const JpegFrame* frame = nullptr;
  int first_mcu = 0;  // column, in MCUs, of the planes' first sample
  int first_row = 0;  // row of MCUs
  std::array<SamplePlane, kMaxComponents> planes;
};

// Samples that must be there to the left of the planes' first and to the right of the last wanted:
// vectors reach over.
inline constexpr size_t kPlaneMargin = 64;

// Lines of upsampled chroma; kept from picture to picture.
struct FinishScratch {
  std::array<ByteBuffer, 2> lines;
  ByteBuffer sums;
};

// Makes `region` of the picture: libjpeg's fancy upsampling and its YCbCr to RGB, bit for bit. The
// samples cover the region and, where chroma is subsampled, a column and a row of it on each side
// that lies in the picture.
void finish_rows(Image& image, const DecodedSamples& samples, const Region& region,
                 FinishScratch& scratch);

// The same without interpolation, of the picture at 1/frame->scale of its size: libjpeg's pixels
// without do_fancy_upsampling. The samples need to cover the region only.
void finish_rows_plainly(Image& image, const DecodedSamples& samples, const Region& region,
                         FinishScratch& scratch);

}  // namespace headrace
