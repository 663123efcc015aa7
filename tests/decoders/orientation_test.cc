#include "headrace/decoders/orientation.h"

#include <gtest/gtest.h>

#include <map>

#include "jpeg_maker.h"
#include "test_pictures.h"

namespace headrace {
namespace {

// A picture of 3 x 2 pixels whose letters are
//   a b c
//   d e f
// and what EXIF 2.3 (tag 0x0112: what row 0 and column 0 of the stored picture are when it is
// looked at) makes of it.
const std::map<int, std::string> kUpright = {
    {1, "abc/def"},  {2, "cba/fed"},  {3, "fed/cba"},  {4, "def/abc"},
    {5, "ad/be/cf"}, {6, "da/eb/fc"}, {7, "fc/eb/da"}, {8, "cf/be/ad"},
};

Image picture_of(const std::string& rows) {
  Image image;
  const int width = static_cast<int>(rows.find('/'));
  image.reshape(width, static_cast<int>(rows.size() + 1) / (width + 1));
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < width; ++x) {
      const char letter = rows[static_cast<size_t>(y) * (width + 1) + x];
      for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = static_cast<uint8_t>(letter + 50 * c);
    }
  }
  return image;
}

std::string letters_of(const Image& image) {
  std::string rows;
  for (int y = 0; y < image.height(); ++y) {
    if (y > 0) rows.push_back('/');
    for (int x = 0; x < image.width(); ++x) {
      const uint8_t* pixel = image.row(y) + 3 * x;
      EXPECT_EQ(pixel[1], pixel[0] + 50);
      EXPECT_EQ(pixel[2], pixel[0] + 100);
      rows.push_back(static_cast<char>(pixel[0]));
    }
  }
  return rows;
}

TEST(Orientation, TurnsPixelsAllEightWays) {
  const Image stored = picture_of("abc/def");
  for (const auto& [orientation, expected] : kUpright) {
    Image upright;
    turn_upright(upright, stored, orientation);
    EXPECT_EQ(letters_of(upright), expected) << orientation;
    EXPECT_EQ(orientation_swaps_sides(orientation), upright.width() == 2) << orientation;
  }
}

TEST(Orientation, RegionsShowWhatTurningTheWholeShows) {
  const Image stored = picture_of("abc/def");
  for (const auto& [orientation, rows] : kUpright) {
    const Image whole = picture_of(rows);
    for (int y = 0; y < whole.height(); ++y) {
      for (int x = 0; x < whole.width(); ++x) {
        const Region region = stored_region({x, y, 1, 1}, orientation, 3, 2);
        EXPECT_EQ(stored.row(region.y)[3 * region.x], whole.row(y)[3 * x]) << orientation;
      }
    }
  }
}

// Through the decoder, from the EXIF segment of a file, in both byte orders.
TEST(Orientation, DecoderTurnsRegionsOfJpegs) {
  std::mt19937 random(3);
  ImageDecoder upright({.apply_exif_orientation = true});
  ImageDecoder as_stored;
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto file = make_jpeg({.width = 90,
                                 .height = 61,
                                 .h_sampling = 2,
                                 .v_sampling = 2,
                                 .orientation = orientation,
                                 .exif_big_endian = orientation % 2 == 0});
    Image stored;
    Image whole;
    ASSERT_TRUE(decode_all(as_stored, stored, file).ok());
    EXPECT_EQ(stored.width(), 90);
    turn_upright(whole, stored, orientation);

    const auto info = upright.peek(file);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->orientation, orientation);
    EXPECT_EQ(info->width, orientation >= 5 ? 61 : 90);
    EXPECT_EQ(info->height, orientation >= 5 ? 90 : 61);
    for (int i = 0; i < 30; ++i) {
      const Region region = random_region(random, info->width, info->height);
      Image image;
      ASSERT_TRUE(upright.decode(image, file, *info, region).ok());
      ASSERT_EQ(image.width(), region.width);
      ASSERT_EQ(image.height(), region.height);
      for (int y = 0; y < region.height; ++y) {
        const uint8_t* expected = whole.row(region.y + y) + 3 * region.x;
        ASSERT_TRUE(std::equal(image.row(y), image.row(y) + image.stride(), expected))
            << orientation;
      }
    }
  }
}

}  // namespace
}  // namespace headrace
