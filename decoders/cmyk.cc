#include "headrace/decoders/cmyk.h"

#include <algorithm>

namespace headrace {
namespace {

// round(a * b / 255), Pillow's MULDIV255 (libImaging/ImagingUtils.h).
int multiply_255(int a, int b) {
  const int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

}  // namespace

void cmyk_to_rgb(uint8_t* rgb, const uint8_t* stored, int width) {
  for (int x = 0; x < width; ++x, rgb += 3, stored += 4) {
    const int white = stored[3];
    for (int i = 0; i < 3; ++i) {
      rgb[i] = static_cast<uint8_t>(std::max(0, white - multiply_255(255 - stored[i], white)));
    }
  }
}

}  // namespace headrace
