#include "headrace/decoders/jpeg_header.h"

#include <string_view>

#include "headrace/decoders/endian_view.h"
#include "headrace/decoders/exif.h"

namespace headrace {
namespace {

enum Marker : uint32_t {
  kTem = 0x01,
  kSof0 = 0xC0,  // baseline
  kSof1 = 0xC1,  // extended sequential
  kSof2 = 0xC2,  // progressive
  kDht = 0xC4,
  kJpg = 0xC8,
  kSof9 = 0xC9,   // sequential, arithmetic coding
  kSof10 = 0xCA,  // progressive, arithmetic coding
  kDac = 0xCC,
  kRst0 = 0xD0,
  kRst7 = 0xD7,
  kSoi = 0xD8,
  kEoi = 0xD9,
  kSos = 0xDA,
  kApp1 = 0xE1,
};

bool is_frame_header(uint32_t marker) {
  return marker >= kSof0 && marker <= 0xCF && marker != kDht && marker != kJpg && marker != kDac;
}

bool is_readable_frame(uint32_t marker) {
  return marker <= kSof2 || marker == kSof9 || marker == kSof10;
}

bool stands_alone(uint32_t marker) {
  return marker == kTem || (marker >= kRst0 && marker <= kRst7);
}

// The code of the next marker from `at` on; `at` becomes the offset behind it. 0 at the end. Bytes
// between segments are passed over, as libjpeg does.
uint32_t next_marker(ByteView bytes, size_t& at) {
  while (at < bytes.size()) {
    if (bytes[at++] != 0xFF) continue;
    while (at < bytes.size() && bytes[at] == 0xFF) ++at;
    if (at < bytes.size() && bytes[at++] != 0) return bytes[at - 1];
  }
  return 0;
}

// `content` is the frame header's, behind its length.
Status read_frame(ImageInfo& info, uint32_t marker, ByteView content) {
  if (!is_readable_frame(marker)) {
    return unsupported("JPEG of frame type SOF{} (lossless or hierarchical)", marker - kSof0);
  }
  const EndianView view(content, std::endian::big);
  const uint32_t components = view.u8(5);
  if (view.size() != 6 + 3 * size_t{components}) return corrupt_data("bad JPEG frame header");
  if (view.u8(0) != 8) return unsupported("JPEG of {} bits a sample", view.u8(0));
  info.height = static_cast<int>(view.u16(1));
  info.width = static_cast<int>(view.u16(3));
  info.channels = static_cast<int>(components);
  if (info.width == 0) return corrupt_data("JPEG without width");
  if (info.height == 0) return unsupported("JPEG without height in its header (DNL)");
  if (components != 1 && components != 3 && components != 4) {
    return unsupported("JPEG of {} components", components);
  }
  return Status();
}

// `scan` becomes the offset behind the first scan's marker.
Result<ImageInfo> walk_to_scan(ByteView bytes, size_t& scan) {
  const EndianView view(bytes, std::endian::big);
  if (view.u16(0) != (0xFF00 | kSoi)) return corrupt_data("not a JPEG: no SOI marker");
  ImageInfo info;
  size_t at = 2;
  while (const uint32_t marker = next_marker(bytes, at)) {
    if (stands_alone(marker)) continue;
    if (marker == kSoi) return corrupt_data("bad JPEG header: two SOI markers");
    if (marker == kEoi) return corrupt_data("JPEG without a picture");
    if (marker == kSos) {
      if (info.width == 0) return corrupt_data("bad JPEG header: a scan before any frame header");
      scan = at;
      return info;
    }
    const size_t length = view.u16(at);  // 0 past the end
    if (length < 2 || !view.has(at, length)) break;
    const ByteView content = bytes.subspan(at + 2, length - 2);
    if (is_frame_header(marker)) {
      if (info.width != 0) return corrupt_data("bad JPEG header: two frame headers");
      HEADRACE_RETURN_IF_ERROR(read_frame(info, marker, content));
    } else if (marker == kApp1 && info.orientation == 1) {
      info.orientation = exif_orientation(content);
    }
    at += length;
  }
  return corrupt_data("premature end of JPEG file in its header");
}

}  // namespace

Result<ImageInfo> parse_jpeg_header(ByteView bytes) {
  size_t scan = 0;
  return walk_to_scan(bytes, scan);
}

bool has_jpeg_end_marker(ByteView bytes) {
  constexpr std::string_view kEndMarker = "\xFF\xD9";
  // The last two bytes cannot be in front of the scan: its marker lies between.
  if (as_text(bytes).ends_with(kEndMarker)) return true;
  size_t scan = 0;
  if (!walk_to_scan(bytes, scan).ok()) return false;
  return as_text(bytes.subspan(scan)).rfind(kEndMarker) != std::string_view::npos;
}

}  // namespace headrace
