// Pictures that both the tests and tests/golden/make_resize_golden.py make, and what to do with
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headrace/decoders/image.h"

namespace headrace {

inline uint8_t picture_value(const std::string& kind, uint32_t x, uint32_t y, uint32_t c) {
  if (kind == "white") return 255;
  if (kind == "ramps") return static_cast<uint8_t>(x * 3 + y * 5 + c * 80);
  const uint32_t noise = ((x * 73856093U ^ y * 19349663U ^ c * 83492791U) * 2654435761U) >> 24;
  if (kind == "specks") return noise & 1 ? 255 : 0;
  return static_cast<uint8_t>(noise);  // "noise"
}

// The part of the picture of this kind that `region` shows.
inline Image picture(const std::string& kind, const Region& region) {
  Image image;
  // Its buffer takes half as much again as first asked for. Asking for two thirds first leaves no
  // more than the promised padding behind the pixels, so that AddressSanitizer sees what reads past
  // it.
  image.reshape((2 * region.width * region.height + 2) / 3, 1);
  image.reshape(region.width, region.height);
  for (int y = 0; y < region.height; ++y) {
    for (int i = 0; i < 3 * region.width; ++i) {
      image.row(y)[i] = picture_value(kind, region.x + i / 3, region.y + y, i % 3);
    }
  }
  return image;
}

inline std::vector<uint8_t> bytes_of(const Image& image) {
  return {image.bytes().begin(), image.bytes().end()};
}

inline uint64_t fnv1a(const Image& image) {
  uint64_t digest = 0xCBF29CE484222325;
  for (const uint8_t byte : image.bytes()) digest = (digest ^ byte) * 0x100000001B3;
  return digest;
}

}  // namespace headrace
