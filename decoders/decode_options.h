// What whoever decodes may choose.
#pragma once

#include <cstdint>

namespace headrace {

// Who makes a JPEG's pixels. They are the same pixels, and a damaged picture is the same error,
// whoever does; what differs is the time, and which kinds are read.
enum class JpegDecoderChoice {
  kAuto,     // our own where it reads that kind of JPEG, else libjpeg
  kOwn,      // our own; a kind that it does not read is kUnsupported
  kLibjpeg,  // never our own
  kOpencv,   // OpenCV, after libjpeg has looked for damage; CMYK is libjpeg's
};

struct DecodeOptions {
  // Behaviour.
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
