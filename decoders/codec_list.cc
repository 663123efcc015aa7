#include <array>

#include "headrace/decoders/codec.h"
#include "headrace/decoders/header_parsers.h"
#include "headrace/decoders/jpeg_codec.h"
#include "headrace/decoders/opencv_codec.h"

namespace headrace {
namespace {

bool is_jpeg(ByteView bytes) {
  return as_text(bytes).starts_with("\xFF\xD8");
}

constexpr std::array kCodecs{
    CodecEntry{ImageFormat::kJpeg, is_jpeg, make_jpeg_codec},
    CodecEntry{ImageFormat::kPng, is_png, make_png_codec},
    CodecEntry{ImageFormat::kWebp, is_webp, make_webp_codec},
    CodecEntry{ImageFormat::kBmp, is_bmp, make_bmp_codec},
    CodecEntry{ImageFormat::kTiff, is_tiff, make_tiff_codec},
    CodecEntry{ImageFormat::kPnm, is_pnm, make_pnm_codec},
};

}  // namespace

std::span<const CodecEntry> codec_list() {
  return kCodecs;
}

}  // namespace headrace
