#include "headrace/decoders/header_parsers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "headrace/decoders/codec.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using testing::HasSubstr;

std::vector<uint8_t> golden(const std::string& name) {
  return read_file(HEADRACE_GOLDEN "/decoder/" + name);
}

std::vector<uint8_t> with(std::vector<uint8_t> bytes, size_t offset,
                          std::initializer_list<uint8_t> values) {
  std::copy(values.begin(), values.end(), bytes.begin() + static_cast<ptrdiff_t>(offset));
  return bytes;
}

Status error(Result<ImageInfo> (*parse)(ByteView), const std::vector<uint8_t>& bytes) {
  return parse(bytes).status();
}

TEST(HeaderParsers, ReadSizeAndChannels) {
  struct Case {
    const char* file;
    ImageFormat format;
    int channels;
  };
  for (const auto& [name, format, channels] : {Case{"rgb.png", ImageFormat::kPng, 3},
                                               {"grey.png", ImageFormat::kPng, 1},
                                               {"grey_alpha.png", ImageFormat::kPng, 2},
                                               {"palette.png", ImageFormat::kPng, 3},
                                               {"rgba.png", ImageFormat::kPng, 4},
                                               {"rgb.webp", ImageFormat::kWebp, 3},
                                               {"lossless.webp", ImageFormat::kWebp, 3},
                                               {"rgba_lossless.webp", ImageFormat::kWebp, 4},
                                               {"rgba_lossy.webp", ImageFormat::kWebp, 4},
                                               {"rgb.bmp", ImageFormat::kBmp, 3},
                                               {"rgba.bmp", ImageFormat::kBmp, 4},
                                               {"rgb.tif", ImageFormat::kTiff, 3},
                                               {"grey.tif", ImageFormat::kTiff, 1},
                                               {"palette.tif", ImageFormat::kTiff, 3},
                                               {"rgb.ppm", ImageFormat::kPnm, 3},
                                               {"rgb_text.ppm", ImageFormat::kPnm, 3},
                                               {"grey.pgm", ImageFormat::kPnm, 1},
                                               {"bitmap.pbm", ImageFormat::kPnm, 1}}) {
    ImageDecoder decoder;
    const auto info = decoder.peek(golden(name));
    ASSERT_TRUE(info.ok()) << name << ": " << info.status().message();
    EXPECT_EQ(info->format, format) << name;
    EXPECT_EQ(info->width, 29) << name;
    EXPECT_EQ(info->height, 19) << name;
    EXPECT_EQ(info->channels, channels) << name;
    EXPECT_EQ(info->orientation, 1) << name;
  }
}

TEST(HeaderParsers, RefuseSizesThatTheBytesCannotHold) {
  const auto png = golden("rgb.png");
  EXPECT_THAT(error(parse_png_header, with(png, 16, {0, 1, 0, 0, 0, 1, 0, 0})).message(),
              HasSubstr("premature end of png file"));
  EXPECT_THAT(error(parse_bmp_header, with(golden("rgb.bmp"), 22, {20, 0, 0, 0})).message(),
              HasSubstr("premature end of bmp file"));
  EXPECT_THAT(error(parse_webp_header, with(golden("rgb.webp"), 5, {9})).message(),
              HasSubstr("premature end of webp file"));
  const std::string pnm = "P6\n29 20\n255\n" + std::string(29 * 19 * 3, 'x');
  EXPECT_THAT(parse_pnm_header(as_bytes(pnm)).status().message(),
              HasSubstr("premature end of pnm file"));
}

// Little-endian, one entry: StripOffsets, LONGs that fill the file, all said to point to its start.
TEST(HeaderParsers, ManyTiffStripsTakeLinearTime) {
  std::vector<uint8_t> tiff = {'I', 'I', 42,  0,   8,   0,  0, 0, 1, 0, 0x11, 0x01, 4,
                               0,   255, 255, 255, 255, 26, 0, 0, 0, 0, 0,    0,    0};
  tiff.resize(16 << 20);
  EXPECT_EQ(parse_tiff_header(tiff).status().message(), "tiff of 0 x 0 pixels");
  tiff[26 + 4 * 1000000 + 3] = 255;
  EXPECT_THAT(parse_tiff_header(tiff).status().message(), HasSubstr("premature end of tiff file"));
}

TEST(HeaderParsers, RefuseSizesThatNoPictureHas) {
  const auto png = golden("rgb.png");
  EXPECT_EQ(error(parse_png_header, with(png, 16, {0, 0, 0, 0})).code(), StatusCode::kCorruptData);
  EXPECT_EQ(error(parse_png_header, with(png, 16, {255, 255, 255, 255})).code(),
            StatusCode::kCorruptData);
  EXPECT_EQ(error(parse_png_header, with(png, 25, {5})).code(), StatusCode::kCorruptData);
  const auto bmp = golden("rgb.bmp");
  EXPECT_EQ(error(parse_bmp_header, with(bmp, 18, {255, 255, 255, 255})).code(),
            StatusCode::kCorruptData);
  EXPECT_EQ(error(parse_bmp_header, with(bmp, 22, {0, 0, 0, 128})).code(),
            StatusCode::kCorruptData);  // the one height without an absolute value
  EXPECT_EQ(error(parse_bmp_header, with(bmp, 10, {255, 255, 255, 255})).code(),
            StatusCode::kCorruptData);  // pixels begin past the end
  for (const char* pnm : {"P6\n0 5\n255\n", "P6\n99999999999 1\n255\n", "P6\n5\n", "P5 x 5 255 ",
                          "P3 #", "P6 -3 5 255\n"}) {
    EXPECT_EQ(parse_pnm_header(as_bytes(pnm)).status().code(), StatusCode::kCorruptData) << pnm;
  }
}

// A tile is decoded whole: a picture of one pixel in a tile of 30,000 x 30,000 took gigabytes.
TEST(HeaderParsers, RefuseTilesFarBeyondThePicture) {
  std::vector<uint8_t> tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 4, 0};
  const auto add = [&tiff](uint16_t tag, uint16_t value) {  // a SHORT
    tiff.insert(tiff.end(),
                {static_cast<uint8_t>(tag), static_cast<uint8_t>(tag >> 8), 3, 0, 1, 0, 0, 0,
                 static_cast<uint8_t>(value), static_cast<uint8_t>(value >> 8), 0, 0});
  };
  const auto tiled = [&](uint16_t side) {
    tiff.resize(10);
    add(256, 1);
    add(257, 1);
    add(322, side);
    add(323, side);
    tiff.resize(tiff.size() + 4);
    return parse_tiff_header(tiff).status();
  };
  EXPECT_EQ(tiled(256).message(), "");
  EXPECT_THAT(tiled(30000).message(), HasSubstr("in tiles of 30000 x 30000"));
}

// OpenCV would take the '#' for the blank and read 1000 rows, others a comment and one.
TEST(HeaderParsers, RefuseANumberThatIsReadInTwoWays) {
  const std::string pnm = "P4\n1000000#1000\n1\n" + std::string(125000, '\0');
  EXPECT_EQ(parse_pnm_header(as_bytes(pnm)).status().message(), "bad PNM header");
}

TEST(HeaderParsers, TopDownBitmapsHaveAHeight) {
  const auto info = parse_bmp_header(with(golden("rgb.bmp"), 22, {0xED, 0xFF, 0xFF, 0xFF}));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->height, 19);
}

TEST(HeaderParsers, NameWhatNothingReads) {
  const Status maximum = parse_pnm_header(as_bytes("P5 1 1 100\nx")).status();
  EXPECT_EQ(maximum.code(), StatusCode::kUnsupported);
  EXPECT_THAT(maximum.message(), HasSubstr("maximum value 100"));
  const auto webp = golden("rgba_lossy.webp");
  ASSERT_EQ(as_text(webp).substr(12, 4), "VP8X");
  EXPECT_EQ(error(parse_webp_header, with(webp, 20, {0x12})).message(), "animated WebP");
}

// Whatever the bytes are: the parsers must hold against them alone, before OpenCV sees anything.
TEST(HeaderParsers, NeverReadPastTheEnd) {
  std::mt19937 random(8);
  int errors = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HEADRACE_GOLDEN "/decoder")) {
    const auto file = read_file(entry.path().string());
    ImageDecoder decoder({.max_pixels = 1 << 20});
    for (size_t size = 0; size < std::min<size_t>(file.size(), 600); ++size) {
      errors += decoder.peek(exact_copy(file, size)).ok() ? 0 : 1;
    }
    for (int i = 0; i < 3000; ++i) {
      auto bytes = exact_copy(file, file.size());
      const size_t reach = std::min<size_t>(bytes.size(), 200);
      const size_t tail = random() % 3 == 0 ? bytes.size() - reach : 0;  // TIFF directories
      for (unsigned j = 0; j <= random() % 4; ++j) {
        bytes[tail + random() % reach] = static_cast<uint8_t>(random());
      }
      const auto info = decoder.peek(bytes);
      errors += info.ok() ? 0 : 1;
      if (info.ok()) {
        ASSERT_GT(info->width, 0);
        ASSERT_GT(info->height, 0);
        ASSERT_LE(int64_t{info->width} * info->height, 1 << 20);
      }
    }
  }
  EXPECT_GT(errors, 10000);
}

}  // namespace
}  // namespace headrace
