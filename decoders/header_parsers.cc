#include "headrace/decoders/header_parsers.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "headrace/decoders/endian_view.h"
#include "headrace/decoders/tiff_directory.h"

namespace headrace {
namespace {

bool starts_with(ByteView bytes, std::string_view prefix) {
  return as_text(bytes).starts_with(prefix);
}

bool has_at(ByteView bytes, size_t offset, std::string_view text) {
  return offset <= bytes.size() && starts_with(bytes.subspan(offset), text);
}

// The info, where the sizes are such that a picture can have them.
Result<ImageInfo> checked(ImageFormat format, uint64_t width, uint64_t height, int channels) {
  constexpr uint64_t kMaxSide = 0x7FFFFFFF;
  const std::string_view name = image_format_name(format);
  if (width == 0 || height == 0) return corrupt_data("{} of {} x {} pixels", name, width, height);
  if (width > kMaxSide || height > kMaxSide) {
    return corrupt_data("{} of impossible size, {} x {}", name, width, height);
  }
  return ImageInfo{.format = format,
                   .width = static_cast<int>(width),
                   .height = static_cast<int>(height),
                   .channels = channels};
}

Status cut_off(ImageFormat format, uint64_t is, uint64_t should_be) {
  return corrupt_data("premature end of {} file: {} bytes of at least {}",
                      image_format_name(format), is, should_be);
}

}  // namespace

bool is_png(ByteView bytes) {
  return starts_with(bytes, "\x89PNG\r\n\x1a\n");
}

Result<ImageInfo> parse_png_header(ByteView bytes) {
  constexpr size_t kHeader = 8 + 8 + 13 + 4;   // signature; length, name, content, CRC of IHDR
  constexpr uint64_t kMaxDeflateRatio = 1032;  // zlib's technical details: 1032 to 1 at best
  if (bytes.size() < kHeader) return cut_off(ImageFormat::kPng, bytes.size(), kHeader);
  const EndianView view(bytes, std::endian::big);
  if (view.u32(8) != 13 || !has_at(bytes, 12, "IHDR")) return corrupt_data("PNG without IHDR");
  const uint64_t width = view.u32(16);
  const uint64_t height = view.u32(20);
  const uint32_t depth = view.u8(24);
  int channels = 0;
  switch (view.u8(25)) {  // colour type
    case 0:
      channels = 1;
      break;
    case 2:
      channels = 3;
      break;
    case 3:
      channels = 3;
      break;  // one palette index a pixel
    case 4:
      channels = 2;
      break;
    case 6:
      channels = 4;
      break;
    default:
      return corrupt_data("PNG of unknown colour type {}", view.u8(25));
  }
  auto info = checked(ImageFormat::kPng, width, height, channels);
  const uint64_t stored_channels = view.u8(25) == 3 ? 1 : static_cast<uint64_t>(channels);
  const uint64_t row_bytes = (width * stored_channels * depth + 7) / 8;
  if (info.ok() && row_bytes * height / kMaxDeflateRatio > bytes.size()) {
    return cut_off(ImageFormat::kPng, bytes.size(), row_bytes * height / kMaxDeflateRatio);
  }
  return info;
}

bool is_webp(ByteView bytes) {
  return starts_with(bytes, "RIFF") && has_at(bytes, 8, "WEBP");
}

Result<ImageInfo> parse_webp_header(ByteView bytes) {
  constexpr size_t kContent = 20;  // behind "RIFF", size, "WEBP", first chunk's name and size
  const EndianView view(bytes, std::endian::little);
  if (bytes.size() < kContent + 10) return cut_off(ImageFormat::kWebp, bytes.size(), kContent + 10);
  if (const uint64_t size = uint64_t{8} + view.u32(4); size > bytes.size()) {
    return cut_off(ImageFormat::kWebp, bytes.size(), size);
  }
  if (has_at(bytes, 12, "VP8 ")) {
    if ((view.u8(kContent) & 1) != 0 || view.u24(kContent + 3) != 0x2A019D) {
      return corrupt_data("WebP without a VP8 key frame");
    }
    return checked(ImageFormat::kWebp, view.u16(kContent + 6) & 0x3FFF,
                   view.u16(kContent + 8) & 0x3FFF, 3);
  }
  if (has_at(bytes, 12, "VP8L")) {
    if (view.u8(kContent) != 0x2F) return corrupt_data("bad VP8L signature in WebP");
    const uint32_t bits = view.u32(kContent + 1);
    return checked(ImageFormat::kWebp, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1,
                   (bits >> 28 & 1) != 0 ? 4 : 3);
  }
  if (has_at(bytes, 12, "VP8X")) {
    constexpr uint32_t kAnimation = 0x02;
    constexpr uint32_t kAlpha = 0x10;
    const uint32_t flags = view.u8(kContent);
    if ((flags & kAnimation) != 0) return unsupported("animated WebP");
    return checked(ImageFormat::kWebp, view.u24(kContent + 4) + 1, view.u24(kContent + 7) + 1,
                   (flags & kAlpha) != 0 ? 4 : 3);
  }
  return corrupt_data("WebP without a picture chunk");
}

bool is_bmp(ByteView bytes) {
  return starts_with(bytes, "BM");
}

Result<ImageInfo> parse_bmp_header(ByteView bytes) {
  constexpr uint32_t kCoreHeader = 12;
  constexpr uint32_t kInfoHeader = 40;
  constexpr uint32_t kRgb = 0;
  constexpr uint32_t kBitFields = 3;
  const EndianView view(bytes, std::endian::little);
  if (bytes.size() < 18) return cut_off(ImageFormat::kBmp, bytes.size(), 18);
  const uint32_t header = view.u32(14);
  if (header != kCoreHeader && header < kInfoHeader) return corrupt_data("bad BMP header size");
  if (!view.has(14, header)) return cut_off(ImageFormat::kBmp, bytes.size(), uint64_t{14} + header);
  const bool core = header == kCoreHeader;
  const uint64_t width = core ? view.u16(18) : view.u32(18);
  // A negative height says that the rows go from top to bottom.
  const int64_t signed_height =
      core ? int64_t{view.u16(20)} : int64_t{static_cast<int32_t>(view.u32(22))};
  const auto height = static_cast<uint64_t>(std::abs(signed_height));
  const uint32_t depth = core ? view.u16(24) : view.u16(28);
  const uint32_t compression = core ? kRgb : view.u32(30);
  auto info = checked(ImageFormat::kBmp, width, height, depth == 32 ? 4 : 3);
  if (info.ok() && (compression == kRgb || compression == kBitFields)) {
    const uint64_t row_bytes = (width * depth + 31) / 32 * 4;
    const uint64_t pixels = view.u32(10);  // where they begin
    // Divided, since the product of foreign numbers may not fit.
    if (pixels > bytes.size() || row_bytes > (bytes.size() - pixels) / height) {
      return corrupt_data(
          "premature end of bmp file: {} rows of {} bytes from byte {} on do not "
          "fit into {} bytes",
          height, row_bytes, pixels, bytes.size());
    }
  }
  return info;
}

bool is_tiff(ByteView bytes) {
  using namespace std::string_view_literals;
  return starts_with(bytes, "II*\0"sv) || starts_with(bytes, "MM\0*"sv);
}

Result<ImageInfo> parse_tiff_header(ByteView bytes) {
  enum Tag : uint32_t {
    kWidth = 256,
    kLength = 257,
    kBitsPerSample = 258,
    kPhotometric = 262,
    kStripOffsets = 273,
    kOrientation = 274,
    kSamplesPerPixel = 277,
    kStripByteCounts = 279,
    kTileWidth = 322,
    kTileLength = 323,
    kTileOffsets = 324,
    kTileByteCounts = 325,
  };
  constexpr uint32_t kPalette = 3;
  const auto directory = TiffDirectory::open(bytes);
  if (!directory) return corrupt_data("TIFF without a whole directory");
  const uint32_t samples = directory->find(kSamplesPerPixel, 1);
  if (samples == 0 || samples > 64) return corrupt_data("TIFF of {} samples a pixel", samples);
  const uint32_t depth = directory->find(kBitsPerSample, 1);
  if (depth == 0 || depth > 16) return unsupported("TIFF of {} bits a sample", depth);
  if (const uint32_t orientation = directory->find(kOrientation, 1); orientation != 1) {
    return unsupported("TIFF of orientation {}", orientation);
  }
  for (const auto& [offsets, counts] :
       {std::pair{kStripOffsets, kStripByteCounts}, std::pair{kTileOffsets, kTileByteCounts}}) {
    const TiffField begins = directory->field(offsets);
    const TiffField sizes = directory->field(counts);
    for (size_t i = 0; i < begins.count; ++i) {
      const uint64_t end = uint64_t{directory->value(begins, i)} + directory->value(sizes, i);
      if (end > bytes.size()) return cut_off(ImageFormat::kTiff, bytes.size(), end);
    }
  }
  // A tile is decoded whole, however little of it is picture: no more than one may stick out,
  // either way.
  const uint64_t width = directory->find(kWidth, 0);
  const uint64_t length = directory->find(kLength, 0);
  constexpr uint64_t kUsualTile = 1024;
  const uint64_t tile_width = directory->find(kTileWidth, 0);
  const uint64_t tile_length = directory->find(kTileLength, 0);
  if (tile_width > std::max(2 * width, kUsualTile) ||
      tile_length > std::max(2 * length, kUsualTile)) {
    return corrupt_data("TIFF of {} x {} pixels in tiles of {} x {}", width, length, tile_width,
                        tile_length);
  }
  const bool palette = directory->find(kPhotometric, 0) == kPalette;
  return checked(ImageFormat::kTiff, directory->find(kWidth, 0), directory->find(kLength, 0),
                 palette ? 3 : static_cast<int>(samples));
}

bool is_pnm(ByteView bytes) {
  return bytes.size() >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         (std::string_view(" \t\r\n\v\f#").find(static_cast<char>(bytes[2])) !=
          std::string_view::npos);
}

}  // namespace headrace
