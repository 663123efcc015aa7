// Damaged, cut off and hostile JPEGs give errors or pixels; never a crash (AddressSanitizer
// watches: buffers have exactly the file's size).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "headrace/decoders/libjpeg_decoder.h"
#include "jpeg_maker.h"
#include "reference_jpeg.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

size_t find_marker(const std::vector<uint8_t>& file, uint8_t marker, size_t from = 0) {
  for (size_t i = from; i + 1 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == marker) return i;
  }
  ADD_FAILURE() << "no such marker";
  return 0;
}

// The first `size` bytes, with an end marker: what a repair tool makes of a cut-off file.
std::vector<uint8_t> cut_and_closed(const std::vector<uint8_t>& file, size_t size) {
  auto bytes = exact_copy(file, size);
  bytes.insert(bytes.end(), {0xFF, 0xD9});
  return exact_copy(bytes, bytes.size());
}

TEST(JpegDamage, EveryTruncationIsAnError) {
  ImageDecoder decoder;
  for (const bool progressive : {false, true}) {
    const auto file = make_jpeg({.width = 40,
                                 .height = 30,
                                 .h_sampling = 2,
                                 .v_sampling = 2,
                                 .progressive = progressive,
                                 .optimised = true});
    for (size_t size = 0; size < file.size(); ++size) {
      Image image;
      const Status status = decode_all(decoder, image, exact_copy(file, size));
      ASSERT_FALSE(status.ok()) << size << " of " << file.size();
      EXPECT_EQ(status.code(), size == 1 ? StatusCode::kUnsupported : StatusCode::kCorruptData)
          << size << ": " << status.message();
    }
  }
}

TEST(JpegDamage, AnEndMarkerHealsNoTruncation) {
  for (const JpegDecoderChoice choice : {JpegDecoderChoice::kAuto, JpegDecoderChoice::kLibjpeg}) {
    ImageDecoder decoder({.jpeg_decoder = choice});
    const auto file =
        make_jpeg({.width = 40, .height = 30, .h_sampling = 2, .v_sampling = 2, .optimised = true});
    for (size_t size = 2; size + 2 < file.size(); ++size) {
      Image image;
      const Status status = decode_all(decoder, image, cut_and_closed(file, size));
      ASSERT_EQ(status.code(), StatusCode::kCorruptData) << size << " of " << file.size();
    }
  }
}

TEST(JpegDamage, AMissingEndMarkerIsAnErrorWhateverTheRegion) {
  for (const bool progressive : {false, true}) {
    const auto file = make_jpeg({.width = 200, .height = 200, .progressive = progressive});
    ImageDecoder decoder;
    Image image;
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok());
    const auto without = exact_copy(file, file.size() - 2);
    const Status status = decoder.decode(image, without, *info, {0, 0, 10, 10});
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_EQ(status.message(), "premature end of JPEG file: no end marker in its " +
                                    std::to_string(without.size()) + " bytes");
  }
}

// A thumbnail is a JPEG by itself, with an end marker of its own.
TEST(JpegDamage, AThumbnailsEndMarkerIsNotThePictures) {
  auto file = make_jpeg({.width = 200, .height = 200});
  const auto thumbnail = make_jpeg({.width = 8, .height = 8});
  std::vector<uint8_t> segment = {0xFF, 0xE1};
  const size_t length = thumbnail.size() + 2;
  segment.insert(segment.end(),
                 {static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length & 255)});
  segment.insert(segment.end(), thumbnail.begin(), thumbnail.end());
  file.insert(file.begin() + 2, segment.begin(), segment.end());
  ImageDecoder decoder;
  Image image;
  ASSERT_TRUE(decode_all(decoder, image, file).ok());
  const auto info = decoder.peek(file);
  const Status status =
      decoder.decode(image, exact_copy(file, file.size() - 500), *info, {0, 0, 200, 8});
  EXPECT_THAT(status.message(), HasSubstr("no end marker"));
}

TEST(JpegDamage, DamageIsSaidInLibjpegsWordsWithThePlace) {
  ImageDecoder decoder;
  Image image;
  const auto file = make_jpeg({.width = 200, .height = 200});
  const auto half = cut_and_closed(file, file.size() / 2);
  const Status status = decode_all(decoder, image, half);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  int row = 0;
  size_t byte = 0;
  size_t size = 0;
  ASSERT_EQ(std::sscanf(status.message().c_str(),
                        "corrupt JPEG data: premature end of data segment (near row %d, byte %zu "
                        "of %zu)",
                        &row, &byte, &size),
            3)
      << status.message();
  EXPECT_EQ(size, half.size());
  EXPECT_NEAR(static_cast<double>(byte), static_cast<double>(half.size()), 100);
  // The rows in front of that one are there, itself is not.
  const auto info = decoder.peek(half);
  EXPECT_TRUE(decoder.decode(image, half, *info, {0, row - 1, 200, 1}).ok());
  EXPECT_FALSE(decoder.decode(image, half, *info, {0, row, 200, 1}).ok());
}

TEST(JpegDamage, ABrokenHeadersErrorNamesThePlaceToo) {
  auto file = make_jpeg({});
  file[find_marker(file, 0xC4) + 5] = 0xFF;  // 255 codes of one bit
  ImageDecoder decoder;
  Image image;
  EXPECT_THAT(decode_all(decoder, image, file).message(),
              MatchesRegex("bogus Huffman table definition "
                           "\\(in its header, near byte [0-9]+ of [0-9]+\\)"));
}

TEST(JpegDamage, WhatLiesBelowTheRegionIsNotRead) {
  ImageDecoder decoder;
  Image image;
  const auto file = make_jpeg({.width = 200, .height = 200});
  const auto whole = decode_whole(file);
  ASSERT_TRUE(whole);
  const auto half = cut_and_closed(file, file.size() / 2);
  const auto info = decoder.peek(half);
  ASSERT_TRUE(info.ok());
  const Region top{20, 10, 100, 40};
  ASSERT_TRUE(decoder.decode(image, half, *info, top).ok());
  EXPECT_EQ(pixels_of(image), whole->crop(top));
  EXPECT_FALSE(decoder.decode(image, half, *info, {20, 150, 100, 40}).ok());
}

// libjpeg only warns about these, and patches the picture with grey.
TEST(JpegDamage, DamagedCodeIsAnErrorInLibjpegsWords) {
  const auto file = make_jpeg({.width = 120, .height = 80, .restart_interval = 4});
  const size_t scan = find_marker(file, 0xDA) + 14;
  std::mt19937 random(12);
  std::map<std::string, int> messages;
  ImageDecoder decoder;
  for (int i = 0; i < 400; ++i) {
    auto bytes = exact_copy(file, file.size());
    const size_t at = scan + random() % (file.size() - scan - 20);
    const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at);
    if (std::count(begin - 1, begin + 8, 0xFF) > 0) continue;  // markers stay
    if (i % 2 == 0) {
      for (int j = 0; j < 8; ++j) begin[j] = j % 2 == 0 ? 0xFF : 0;  // 1 bits only: no code is that
    } else {
      bytes.erase(begin, begin + 8);
    }
    Image image;
    const Status status = decode_all(decoder, image, bytes);
    if (status.ok()) continue;  // other coefficients, as good as those before
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    ++messages[status.message().substr(0, status.message().find(" (near row "))];
    ASSERT_TRUE(decode_whole(bytes)) << "libjpeg alone would have gone on";
  }
  EXPECT_GT(messages["corrupt JPEG data: bad Huffman code"], 5);
  EXPECT_GT(messages["corrupt JPEG data: premature end of data segment"], 5);
}

TEST(JpegDamage, ALostRestartMarkerIsAnError) {
  auto file = make_jpeg({.width = 120, .height = 80, .restart_interval = 4});
  file[find_marker(file, 0xD2) + 1] = 0xD5;
  ImageDecoder decoder;
  Image image;
  const Status status = decode_all(decoder, image, file);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), HasSubstr("found marker 0xd5 instead of RST2"));
}

TEST(JpegDamage, BytesBetweenMarkersAndBehindTheEndDoNoHarm) {
  const auto file = make_jpeg({.width = 120, .height = 80});
  auto padded = file;
  padded.insert(padded.begin() + static_cast<ptrdiff_t>(find_marker(file, 0xDB)), {1, 2, 3, 0});
  padded.insert(padded.end(), 100, uint8_t{7});
  ImageDecoder decoder;
  Image image;
  ASSERT_TRUE(decode_all(decoder, image, padded).ok());
  EXPECT_EQ(pixels_of(image), decode_whole(file)->rgb);
}

TEST(JpegDamage, StrictMakesEveryWarningAnError) {
  const auto file = make_jpeg({.width = 120, .height = 80});
  auto padded = file;
  padded.insert(padded.begin() + static_cast<ptrdiff_t>(find_marker(file, 0xDB)), {1, 2, 3, 0});
  auto behind = file;
  behind.insert(behind.end(), 100, uint8_t{7});
  for (const JpegDecoderChoice choice : {JpegDecoderChoice::kAuto, JpegDecoderChoice::kLibjpeg}) {
    ImageDecoder strict({.strict_jpeg = true, .jpeg_decoder = choice});
    Image image;
    EXPECT_TRUE(decode_all(strict, image, file).ok());
    EXPECT_TRUE(decode_all(strict, image, behind).ok()) << "nobody reads behind the end";
    const Status status = decode_all(strict, image, padded);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_THAT(status.message(), HasSubstr("4 extraneous bytes before marker 0xdb"));
  }
}

TEST(JpegDamage, MissingTablesAreNeverTakenFromThePictureBefore) {
  const auto file = make_jpeg({.optimised = true, .seed = 3});
  const size_t table = find_marker(file, 0xDB);
  auto without = file;
  const size_t length = size_t{2} + without[table + 2] * 256U + without[table + 3];
  without.erase(without.begin() + static_cast<ptrdiff_t>(table),
                without.begin() + static_cast<ptrdiff_t>(table + length));
  ImageDecoder fresh;
  ImageDecoder used;
  Image image;
  ASSERT_TRUE(decode_all(used, image, file).ok());
  const Status expected = decode_all(fresh, image, without);
  EXPECT_EQ(expected.code(), StatusCode::kCorruptData);
  EXPECT_EQ(decode_all(used, image, without).message(), expected.message());
}

TEST(JpegDamage, ManyScansAreRefused) {
  const auto file = make_jpeg({.width = 24, .height = 24, .components = 1, .progressive = true});
  // The first scan (of DC) again and again, made to bring all bits (Al = 0): libjpeg finds nothing
  // inconsistent in that.
  const size_t first = find_marker(file, 0xDA);
  const size_t end = find_marker(file, 0xC4, first);
  std::vector<uint8_t> dc(file.begin() + static_cast<ptrdiff_t>(first),
                          file.begin() + static_cast<ptrdiff_t>(end));
  ASSERT_EQ(dc[9], 0x01);
  dc[9] = 0;
  auto bomb = std::vector<uint8_t>(file.begin(), file.begin() + static_cast<ptrdiff_t>(first));
  for (int i = 0; i <= kMaxJpegScans; ++i) bomb.insert(bomb.end(), dc.begin(), dc.end());
  bomb.insert(bomb.end(), {0xFF, 0xD9});
  ImageDecoder decoder;
  Image image;
  const Status status = decode_all(decoder, image, bomb);
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.message();
  EXPECT_THAT(status.message(), HasSubstr("more than 100 scans"));
}

// Claims 65,500 x 2,700 pixels: within the cap on pixels, without the bytes for them.
TEST(JpegDamage, BytesThatCannotHoldThePictureAreRefusedBeforeMemoryIsAskedFor) {
  for (const bool progressive : {false, true}) {
    auto file = make_jpeg({.progressive = progressive});
    const size_t frame = find_marker(file, progressive ? 0xC2 : 0xC0);
    const uint8_t size[] = {2700 >> 8, 2700 & 255, 65500 >> 8, 65500 & 255};
    std::copy(std::begin(size), std::end(size), file.begin() + static_cast<ptrdiff_t>(frame) + 5);
    ImageDecoder decoder;
    Image image;
    const Status status = decode_all(decoder, image, file);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_THAT(status.message(), HasSubstr("bytes for 65500 x 2700 pixels"));
    EXPECT_EQ(image.width(), 0) << "memory was asked for";
  }
}

TEST(JpegDamage, ProgressivePicturesBeyondTheMemoryCapAreRefused) {
  auto file = make_jpeg({.progressive = true});
  const size_t frame = find_marker(file, 0xC2);
  const uint8_t size[] = {2700 >> 8, 2700 & 255, 65500 >> 8, 65500 & 255};
  std::copy(std::begin(size), std::end(size), file.begin() + static_cast<ptrdiff_t>(frame) + 5);
  file.insert(file.end(), 1 << 20, uint8_t{0});  // enough bytes to be believed
  ImageDecoder decoder;
  Image image;
  const Status status = decode_all(decoder, image, file);
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.message();
}

TEST(JpegDamage, RandomMutationsGiveErrorsOrPixels) {
  const std::vector<std::vector<uint8_t>> files = {
      make_jpeg({.width = 40, .height = 33, .h_sampling = 2, .v_sampling = 2}),
      make_jpeg({.width = 50, .height = 21, .progressive = true, .optimised = true}),
      make_jpeg({.width = 33, .height = 40, .h_sampling = 2, .restart_interval = 2}),
      make_jpeg({.width = 30, .height = 30, .components = 4}),
      make_jpeg({.width = 30, .height = 30, .arithmetic = true, .orientation = 6}),
      make_jpeg({.width = 45, .height = 30, .v_sampling = 2, .separate_scans = true}),
  };
  std::mt19937 random(77);
  ImageDecoder decoder({.apply_exif_orientation = true, .max_pixels = 1 << 22});
  int errors = 0;
  int pictures = 0;
  for (int i = 0; i < 6000; ++i) {
    const auto& file = files[random() % files.size()];
    auto bytes = exact_copy(file, random() % 4 == 0 ? random() % file.size() + 1 : file.size());
    const unsigned mutations = 1 + random() % 4;
    // Half of them in the headers, which are a small part of the bytes.
    const size_t reach = random() % 2 == 0 ? std::min<size_t>(bytes.size(), 700) : bytes.size();
    for (unsigned j = 0; j < mutations; ++j) {
      bytes[random() % reach] = static_cast<uint8_t>(random());
    }
    Image image;
    const auto info = decoder.peek(bytes);
    if (!info.ok()) {
      ++errors;
      continue;
    }
    const Region region = random_region(random, info->width, info->height);
    const Status status = decoder.decode(image, bytes, *info, region);
    ++(status.ok() ? pictures : errors);
    if (!status.ok()) {
      EXPECT_FALSE(status.message().empty());
      continue;
    }
    ASSERT_EQ(image.bytes().size(),
              size_t{3} * static_cast<size_t>(region.width) * static_cast<size_t>(region.height));
    ASSERT_NE(fnv1a(image.bytes()), 0U);  // reads every byte
  }
  EXPECT_GT(errors, 1000);
  EXPECT_GT(pictures, 500);
}

}  // namespace
}  // namespace headrace
