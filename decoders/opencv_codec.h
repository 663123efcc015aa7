// PNG, WebP, BMP, TIFF and PNM: headers by ourselves, pixels through OpenCV's imgcodecs.
#pragma once

#include <memory>

#include "headrace/decoders/codec.h"

namespace headrace {

// Pixels of `region` as Codec::decode() gives them, by OpenCV, which is loaded when the first
// picture is decoded (opencv_loader.h). It decodes a picture whole, whatever the region; of a JPEG
// it does not report damage. Alpha is dropped, 16-bit samples lose their low byte.
//
// In a build with HEADRACE_OPENCV=OFF this is kUnsupported and says so.
Status decode_with_opencv(Image& image, ByteView bytes, const ImageInfo& info,
                          const Region& region);

std::unique_ptr<Codec> make_png_codec(const DecodeOptions& options);
std::unique_ptr<Codec> make_webp_codec(const DecodeOptions& options);
std::unique_ptr<Codec> make_bmp_codec(const DecodeOptions& options);
std::unique_ptr<Codec> make_tiff_codec(const DecodeOptions& options);
std::unique_ptr<Codec> make_pnm_codec(const DecodeOptions& options);

}  // namespace headrace
