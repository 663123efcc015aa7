#include "headrace/decoders/exif.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "headrace/decoders/jpeg_header.h"
#include "jpeg_maker.h"
#include "test_pictures.h"

namespace headrace {
namespace {

// "Exif", a little-endian TIFF header, one entry: orientation 6 as SHORT.
const std::vector<uint8_t> kExif = {'E', 'x', 'i',  'f',  0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0,
                                    1,   0,   0x12, 0x01, 3, 0, 1,   0,   0,  0, 6, 0, 0, 0};

TEST(Exif, ReadsTheOrientation) {
  EXPECT_EQ(exif_orientation(kExif), 6);
}

TEST(Exif, WhatIsNoOrientationIsOne) {
  const auto with = [](size_t offset, uint8_t value) {
    auto bytes = kExif;
    bytes[offset] = value;
    return exif_orientation(bytes);
  };
  EXPECT_EQ(with(0, 'e'), 1);    // another kind of APP1
  EXPECT_EQ(with(6, 'M'), 1);    // byte order marks differ
  EXPECT_EQ(with(8, 43), 1);     // not TIFF
  EXPECT_EQ(with(10, 200), 1);   // directory past the end
  EXPECT_EQ(with(14, 2), 1);     // more entries than bytes
  EXPECT_EQ(with(16, 0x13), 1);  // another tag
  EXPECT_EQ(with(18, 2), 1);     // ASCII
  EXPECT_EQ(with(20, 0), 1);     // no value
  EXPECT_EQ(with(24, 0), 1);     // below the range
  EXPECT_EQ(with(24, 9), 1);     // above it
  EXPECT_EQ(with(24, 8), 8);
}

TEST(Exif, NeverReadsPastItsEnd) {
  for (size_t size = 0; size < kExif.size() - 2; ++size) {
    EXPECT_EQ(exif_orientation(exact_copy(kExif, size)), 1) << size;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    auto bytes = exact_copy(kExif, kExif.size());
    for (int j = 0; j < 3; ++j) {
      bytes[6 + random() % (bytes.size() - 6)] = static_cast<uint8_t>(random());
    }
    const int orientation = exif_orientation(bytes);  // AddressSanitizer watches
    ASSERT_GE(orientation, 1);
    ASSERT_LE(orientation, 8);
  }
}

TEST(JpegHeader, SaysWhatTheFileIs) {
  const auto info = parse_jpeg_header(
      make_jpeg({.width = 301, .height = 7, .progressive = true, .orientation = 3}));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->width, 301);
  EXPECT_EQ(info->height, 7);
  EXPECT_EQ(info->channels, 3);
  EXPECT_EQ(info->orientation, 3);
  EXPECT_EQ(parse_jpeg_header(make_jpeg({.components = 1}))->channels, 1);
  EXPECT_EQ(parse_jpeg_header(make_jpeg({.components = 4}))->channels, 4);
}

size_t frame_header(const std::vector<uint8_t>& file) {
  for (size_t i = 0; i + 1 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == 0xC0) return i;
  }
  ADD_FAILURE() << "no SOF0";
  return 0;
}

TEST(JpegHeader, NamesWhatItCannotRead) {
  const auto file = make_jpeg({});
  const size_t frame = frame_header(file);
  const auto with = [&](size_t offset, uint8_t value) {
    auto bytes = file;
    bytes[frame + offset] = value;
    return parse_jpeg_header(bytes).status();
  };
  EXPECT_EQ(with(1, 0xC3).message(), "JPEG of frame type SOF3 (lossless or hierarchical)");
  EXPECT_EQ(with(1, 0xC3).code(), StatusCode::kUnsupported);
  EXPECT_EQ(with(4, 12).message(), "JPEG of 12 bits a sample");
  EXPECT_EQ(with(4, 12).code(), StatusCode::kUnsupported);
  EXPECT_EQ(with(6, 0).code(), StatusCode::kUnsupported);  // height 48 to 0
  EXPECT_EQ(with(8, 0).code(), StatusCode::kCorruptData);  // width 64 to 0
  EXPECT_EQ(with(9, 2).code(), StatusCode::kCorruptData);  // components that are not there
  EXPECT_EQ(with(1, 0xFE).message(), "bad JPEG header: a scan before any frame header");
}

TEST(JpegHeader, EveryTruncationOfItIsAnError) {
  const auto file = make_jpeg({.orientation = 5});
  size_t scan = 0;
  while (file[scan] != 0xFF || file[scan + 1] != 0xDA) ++scan;
  for (size_t size = 0; size < scan + 2; ++size) {
    const auto info = parse_jpeg_header(exact_copy(file, size));
    ASSERT_FALSE(info.ok()) << size;
    EXPECT_EQ(info.status().code(), StatusCode::kCorruptData) << size;
  }
}

TEST(JpegHeader, AnEndMarkerCountsBehindTheScansBeginOnly) {
  const auto file = make_jpeg({.width = 100, .height = 90});
  EXPECT_TRUE(has_jpeg_end_marker(file));
  auto longer = file;
  longer.insert(longer.end(), 1000, uint8_t{0});
  EXPECT_TRUE(has_jpeg_end_marker(longer));
  EXPECT_FALSE(has_jpeg_end_marker(exact_copy(file, file.size() - 1)));

  auto cut = exact_copy(file, file.size() - 2);
  cut.insert(cut.begin() + 2, {0xFF, 0xFE, 0, 4, 0xFF, 0xD9});  // a comment
  EXPECT_FALSE(has_jpeg_end_marker(cut));
  size_t scan = 0;
  while (cut[scan] != 0xFF || cut[scan + 1] != 0xDA) ++scan;
  auto early = exact_copy(cut, scan + 2);  // right behind the scan's marker, and then more
  early.insert(early.end(), {0xFF, 0xD9, 7});
  EXPECT_TRUE(has_jpeg_end_marker(early));
  EXPECT_FALSE(has_jpeg_end_marker(exact_copy(cut, scan)));
}

}  // namespace
}  // namespace headrace
