// PNG, WebP, BMP, TIFF and PNM: headers by ourselves, pixels through OpenCV's imgcodecs.
#pragma once

#include <memory>

#include "headrace/decoders/codec.h"

namespace headrace {

// OpenCV is loaded when the first picture is decoded (opencv_loader.h). It decodes a picture whole,
// whatever the region. Alpha is dropped, 16-bit samples lose their low byte.
//
// In a build with HEADRACE_OPENCV=OFF, decode() is kUnsupported and says so.
std::unique_ptr<Codec> make_png_codec();
std::unique_ptr<Codec> make_webp_codec();
std::unique_ptr<Codec> make_bmp_codec();
std::unique_ptr<Codec> make_tiff_codec();
std::unique_ptr<Codec> make_pnm_codec();

}  // namespace headrace
