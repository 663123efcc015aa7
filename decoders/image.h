// Decoded pixels.
#pragma once

#include <cstddef>
#include <cstdint>

#include "headrace/base/bytes.h"

namespace headrace {

// A rectangle of pixels: x and width count columns, y and height rows, the origin is the top left.
struct Region {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  bool operator==(const Region&) const = default;
};

// How many pixels of a side are left at 1/scale of a picture's size, as libjpeg counts them. Pixel
// i of these shows the pixels from i * scale on; the last may have fewer than `scale` to show.
constexpr int scaled_side(int side, int scale) {
  return side / scale + (side % scale != 0 ? 1 : 0);
}

// An 8-bit RGB picture, rows of interleaved R, G, B (HWC), rows `stride()` bytes apart. The pixels
// are readable for ByteBuffer::kPadding bytes past the last row. Keeps its memory when reshaped.
//
// Threads: one at a time.
class Image {
 public:
  static constexpr int kChannels = 3;

  // Makes the picture width x height (both positive); the pixels are not set.
  void reshape(int width, int height) {
    width_ = width;
    height_ = height;
    pixels_.resize(stride() * static_cast<size_t>(height));
  }

  int width() const { return width_; }
  int height() const { return height_; }
  size_t stride() const { return static_cast<size_t>(width_) * kChannels; }  // bytes
  uint8_t* row(int y) { return pixels_.data() + stride() * static_cast<size_t>(y); }
  const uint8_t* row(int y) const { return pixels_.data() + stride() * static_cast<size_t>(y); }
  ByteView bytes() const { return pixels_.view(); }
  size_t capacity() const { return pixels_.capacity(); }  // bytes that are kept

 private:
  ByteBuffer pixels_;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace headrace
