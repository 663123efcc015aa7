#include <cstddef>
#include <optional>

#include "headrace/decoders/header_parsers.h"

namespace headrace {
namespace {

bool is_space(uint8_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// The next number of the text header; `at` becomes the offset behind it. None at the end, for
// anything else than digits and a blank behind them, and beyond 2^31 - 1.
std::optional<uint64_t> next_number(ByteView bytes, size_t& at) {
  while (at < bytes.size() && (is_space(bytes[at]) || bytes[at] == '#')) {
    if (bytes[at++] != '#') continue;
    while (at < bytes.size() && bytes[at] != '\n' && bytes[at] != '\r') ++at;
  }
  const size_t begin = at;
  uint64_t value = 0;
  for (; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at) {
    value = value * 10 + (bytes[at] - '0');
    if (value > 0x7FFFFFFF) return std::nullopt;
  }
  if (at == begin) return std::nullopt;
  // OpenCV swallows the byte behind a number whatever it is; a '#' there is a comment to others,
  // and the two would read different sizes.
  if (at < bytes.size() && !is_space(bytes[at])) return std::nullopt;
  return value;
}

}  // namespace

Result<ImageInfo> parse_pnm_header(ByteView bytes) {
  const int kind = bytes[1] - '0';
  const bool bitmap = kind == 1 || kind == 4;
  const bool binary = kind >= 4;
  size_t at = 2;
  const auto width = next_number(bytes, at);
  const auto height = width ? next_number(bytes, at) : std::nullopt;
  const auto maximum =
      bitmap ? std::optional<uint64_t>(1) : (height ? next_number(bytes, at) : std::nullopt);
  if (!height || !maximum || *width == 0 || *height == 0) return corrupt_data("bad PNM header");
  if (!bitmap && *maximum != 255 && !(binary && *maximum == 65535)) {
    return unsupported("PNM of maximum value {} (255 is supported, in binary files also 65535)",
                       *maximum);
  }
  const int channels = kind == 3 || kind == 6 ? 3 : 1;
  const uint64_t samples = *width * static_cast<uint64_t>(channels);
  // What a row takes at least; in text a digit a sample, with a blank between two but in bitmaps.
  const uint64_t row_bytes = kind == 4 ? (samples + 7) / 8
                             : binary  ? samples * (*maximum > 255 ? 2 : 1)
                             : bitmap  ? samples
                                       : 2 * samples - 1;
  if (at >= bytes.size() || row_bytes > (bytes.size() - at - 1) / *height) {
    return corrupt_data("premature end of pnm file: {} bytes for {} x {} pixels", bytes.size(),
                        *width, *height);
  }
  return ImageInfo{.format = ImageFormat::kPnm,
                   .width = static_cast<int>(*width),
                   .height = static_cast<int>(*height),
                   .channels = channels};
}

}  // namespace headrace
