#include "made_pictures.h"

#include <algorithm>
#include <ostream>

namespace headrace {

void PrintTo(DecodeReason reason, std::ostream* out) {
  *out << decode_reason_name(reason);
}

void PrintTo(const Region& region, std::ostream* out) {  // NOLINT: GoogleTest's name
  *out << region.width << " x " << region.height << " from " << region.x << ", " << region.y;
}

JpegSpec random_spec(std::mt19937& random, int kind, int width, int height) {
  JpegSpec spec{.width = width, .height = height};
  spec.components = kind < 4 ? 3 : 1;
  spec.h_sampling = kind == 1 || kind == 3 || kind == 5 ? 2 : 1;
  spec.v_sampling = kind == 2 || kind == 3 || kind == 5 ? 2 : 1;
  spec.quality = 30 + static_cast<int>(random() % 71);
  spec.optimised = random() % 2 == 0;
  const int across = kind == 1 || kind == 3 ? 16 : 8;
  const int row = (width + across - 1) / across;
  const int intervals[] = {0, 0, 0, 1, 2, 3, 7, row};
  spec.restart_interval = intervals[random() % std::size(intervals)];
  spec.seed = static_cast<uint32_t>(random());
  return spec;
}

Image tight_image(int width, int height) {
  // A buffer takes half as much again as it had.
  Image image;
  image.reshape((2 * width * height + 2) / 3, 1);
  return image;
}

testing::AssertionResult holds(const Image& image, const ReferencePicture& expected,
                               const Region& region) {
  if (image.width() != region.width || image.height() != region.height) {
    return testing::AssertionFailure() << image.width() << " x " << image.height();
  }
  for (int y = 0; y < region.height; ++y) {
    const uint8_t* const want =
        expected.rgb.data() +
        size_t{3} * (static_cast<size_t>(region.y + y) * static_cast<size_t>(expected.width) +
                     static_cast<size_t>(region.x));
    const uint8_t* const got = image.row(y);
    const auto differ = std::mismatch(got, got + image.stride(), want);
    if (differ.first != got + image.stride()) {
      const auto at = differ.first - got;
      return testing::AssertionFailure()
             << "row " << y << ", column " << at / 3 << ", channel " << at % 3 << " of "
             << testing::PrintToString(region) << ": " << int{*differ.first} << " instead of "
             << int{*differ.second};
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace headrace
