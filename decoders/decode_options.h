// What whoever decodes may choose.
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

// Who makes a JPEG's pixels. They are the same pixels, and a damaged picture is the same error,
// whoever does; what differs is the time, and which kinds are read.
enum class JpegDecoderChoice {
  kAuto,     // our own where it reads that kind of JPEG, else libjpeg
  kOwn,      // our own; a kind that it does not read is kUnsupported
  kLibjpeg,  // never our own
  // OpenCV, after libjpeg has looked for damage; CMYK is libjpeg's, and so is all that is kFast.
  kOpencv,
};

// How true a JPEG's pixels are. Either way they are the same whoever makes them.
enum class DecodeAccuracy {
  kExact,  // libjpeg's with its defaults, which are Pillow's and torchvision's
  // Chroma samples are repeated instead of interpolated, and a picture may be decoded at 1/2, 1/4
  // or 1/8 of its size (ImageDecoder::greatest_scale()). libjpeg's pixels with these settings.
  // Pictures that are no JPEG are as ever.
  kFast,
};

constexpr std::string_view decode_accuracy_name(DecodeAccuracy accuracy) {
  return accuracy == DecodeAccuracy::kFast ? "fast" : "exact";
}

struct DecodeOptions {
  // Behaviour.
  DecodeAccuracy accuracy = DecodeAccuracy::kExact;
  bool apply_exif_orientation = false;  // torchvision and Pillow do not, by default
  // Whatever libjpeg warns about is an error: also what leaves the pixels as they were encoded
  // (bytes between markers, an unknown version).
  bool strict_jpeg = false;
  // Caps, checked before memory is asked for.
  uint64_t max_pixels = 178'956'970;  // Pillow's limit: twice MAX_IMAGE_PIXELS, 2 * (2^30 / 4 / 3)
  uint64_t max_encoded_bytes = uint64_t{1} << 30;

  // Performance.
  JpegDecoderChoice jpeg_decoder = JpegDecoderChoice::kAuto;
};

}  // namespace headrace
