#include "headrace/decoders/image_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "jpeg_maker.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using testing::HasSubstr;

TEST(ImageDecoder, SaysHowWhatIsNoPictureStarts) {
  ImageDecoder decoder;
  const Status text = decoder.peek(as_bytes("<html>\n<body>not found</body>")).status();
  EXPECT_EQ(text.code(), StatusCode::kUnsupported);
  EXPECT_EQ(text.message(), "not a picture: starts with '<html>\\x0a<body>not'");
  EXPECT_EQ(decoder.peek(as_bytes("B")).status().message(), "not a picture: starts with 'B'");
  EXPECT_EQ(decoder.peek({}).status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(decoder.peek({}).status().message(), "empty file");
}

TEST(ImageDecoder, CapsPixelsAndBytes) {
  const auto file = make_jpeg({.width = 64, .height = 48});
  EXPECT_TRUE(ImageDecoder({.max_pixels = 64 * 48}).peek(file).ok());
  const Status pixels = ImageDecoder({.max_pixels = 64 * 48 - 1}).peek(file).status();
  EXPECT_EQ(pixels.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(pixels.message(), "jpeg of 64 x 48 pixels, 3071 are allowed");

  EXPECT_TRUE(ImageDecoder({.max_encoded_bytes = file.size()}).peek(file).ok());
  ImageDecoder small({.max_encoded_bytes = file.size() - 1});
  EXPECT_EQ(small.peek(file).status().code(), StatusCode::kResourceExhausted);
  Image image;
  EXPECT_EQ(small.decode(image, file, {.width = 64, .height = 48}, {0, 0, 1, 1}).code(),
            StatusCode::kResourceExhausted);
}

TEST(ImageDecoder, RefusesRegionsOutsideThePicture) {
  ImageDecoder decoder;
  const auto file = make_jpeg({.width = 64, .height = 48});
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok());
  constexpr int kMax = std::numeric_limits<int>::max();
  constexpr int kMin = std::numeric_limits<int>::min();
  for (const Region& region : {Region{0, 0, 65, 48},
                               {0, 0, 64, 49},
                               {1, 0, 64, 48},
                               {0, 1, 64, 48},
                               {-1, 0, 2, 2},
                               {0, -1, 2, 2},
                               {0, 0, 0, 5},
                               {0, 0, 5, 0},
                               {0, 0, -3, 5},
                               {64, 48, 1, 1},
                               {kMax, kMax, kMax, kMax},
                               {kMin, kMin, kMin, kMin},
                               {kMax, 0, 1, 1}}) {
    Image image;
    const Status status = decoder.decode(image, file, *info, region);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << region.x << ' ' << region.width;
  }
  Image image;
  EXPECT_TRUE(decoder.decode(image, file, *info, {63, 47, 1, 1}).ok());
}

TEST(ImageDecoder, RefusesTheInfoOfAnotherPicture) {
  ImageDecoder decoder;
  const auto info = decoder.peek(make_jpeg({.width = 640, .height = 480}));
  ASSERT_TRUE(info.ok());
  Image image;
  const Status status =
      decoder.decode(image, make_jpeg({.width = 64, .height = 48}), *info, {0, 0, 640, 480});
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), HasSubstr("64 x 48 pixels where 640 x 480 were announced"));
}

TEST(ImageDecoder, KeepsTheImagesMemory) {
  ImageDecoder decoder;
  Image image;
  ASSERT_TRUE(decode_all(decoder, image, make_jpeg({.width = 300, .height = 200})).ok());
  const uint8_t* memory = image.row(0);
  ASSERT_TRUE(decode_all(decoder, image, make_jpeg({.width = 64, .height = 48})).ok());
  EXPECT_EQ(image.row(0), memory);
}

TEST(ImageDecoder, MovesAndGoesOn) {
  ImageDecoder first;
  Image image;
  ASSERT_TRUE(decode_all(first, image, make_jpeg({})).ok());
  ImageDecoder second = std::move(first);
  EXPECT_TRUE(decode_all(second, image, make_jpeg({})).ok());
}

}  // namespace
}  // namespace headrace
