// What a picture's header says.
#pragma once

#include <string_view>

namespace headrace {

enum class ImageFormat { kJpeg, kPng, kWebp, kBmp, kTiff, kPnm };

std::string_view image_format_name(ImageFormat format);  // "jpeg", "png", ...

// Width and height in pixels, both at least 1: of the picture that ImageDecoder::decode() gives,
// upright when DecodeOptions::apply_exif_orientation is set and the file has an orientation.
struct ImageInfo {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;
  int height = 0;
  int channels = 0;  // as stored: 1 grey, 2 grey and alpha, 3 colour (or palette), 4 CMYK or alpha
  int orientation =
      1;  // EXIF 1..8 as stored in a JPEG; 1 where there is none, and for other formats
};

}  // namespace headrace
