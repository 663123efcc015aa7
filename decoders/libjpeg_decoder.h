// JPEG through libjpeg-turbo.
#pragma once

#include <memory>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/decode_options.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_info.h"

namespace headrace {

// More scans than this are refused: encoders write about ten, and every scan of a progressive
// picture visits all of its coefficients, however few bytes it has.
inline constexpr int kMaxJpegScans = 100;

// Coefficients that a picture in several scans (progressive) may hold in memory, in bytes; two a
// sample. Pictures in one scan hold a few rows only.
inline constexpr uint64_t kMaxJpegCoefficientBytes = uint64_t{512} << 20;

// Baseline, extended and progressive JPEG of 8 bits a sample: grey, YCbCr, RGB, CMYK and YCCK, with
// libjpeg's defaults (accurate integer DCT, fancy upsampling), which are Pillow's and
// torchvision's. Under DecodeAccuracy::kFast with plain upsampling, and as much smaller as asked.
//
// Threads: one at a time; workers have one each.
class LibjpegDecoder {
 public:
  // `strict`: all that libjpeg warns about is an error. Otherwise only damage is, which libjpeg
  // patches with grey; what does no harm to pixels (bytes between markers, unknown versions) is
  // not.
  explicit LibjpegDecoder(bool strict, DecodeAccuracy accuracy = DecodeAccuracy::kExact);
  ~LibjpegDecoder();
  LibjpegDecoder(const LibjpegDecoder&) = delete;
  LibjpegDecoder& operator=(const LibjpegDecoder&) = delete;

  // Pixels of `region` into `image`, as Codec::decode(). Rows above the region are entropy-decoded
  // only, columns beside it as far as libjpeg can, rows below it not at all: damage there is not
  // noticed. Errors are in libjpeg's words and name the place: "corrupt JPEG data: bad Huffman code
  // (near row 88, byte 5123 of 12000)". The row is the first of the block row being read, the byte
  // is where libjpeg's reading had come to, a few behind the cause.
  Status decode(Image& image, ByteView bytes, const ImageInfo& info, const Region& region,
                int scale = 1);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
