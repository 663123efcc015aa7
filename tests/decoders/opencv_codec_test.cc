#include "headrace/decoders/opencv_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "headrace/decoders/opencv_loader.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using testing::AllOf;
using testing::HasSubstr;

#ifndef HEADRACE_WITH_OPENCV

TEST(OpencvCodec, BuildWithoutOpencvSaysSo) {
  ImageDecoder decoder;
  Image image;
  const Status status = decode_all(decoder, image, read_file(HEADRACE_GOLDEN "/decoder/rgb.png"));
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("png: "), HasSubstr("reads JPEG only"),
                                      HasSubstr("HEADRACE_OPENCV=ON")));
}

#else

const char* const kFiles[] = {"rgb.png",  "palette.png",        "rgb.bmp",  "bitmap.bmp",
                              "rgb.ppm",  "rgb_text.ppm",       "grey.pgm", "bitmap.pbm",
                              "rgb.webp", "rgba_lossless.webp", "rgb.tif",  "tiff_lzw.tif"};

std::vector<uint8_t> golden(const std::string& name) {
  return read_file(HEADRACE_GOLDEN "/decoder/" + name);
}

// An empty folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "headrace_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(OpencvCodec, RegionsAreThoseOfTheWhole) {
  std::mt19937 random(2);
  ImageDecoder decoder;
  for (const char* name : kFiles) {
    const auto file = golden(name);
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok()) << name;
    Image whole;
    ASSERT_TRUE(decode_all(decoder, whole, file).ok()) << name;
    for (int i = 0; i < 10; ++i) {
      const Region region = random_region(random, info->width, info->height);
      Image image;
      ASSERT_TRUE(decoder.decode(image, file, *info, region).ok()) << name;
      for (int y = 0; y < region.height; ++y) {
        const uint8_t* expected = whole.row(region.y + y) + 3 * region.x;
        ASSERT_TRUE(std::equal(image.row(y), image.row(y) + image.stride(), expected)) << name;
      }
    }
  }
}

TEST(OpencvCodec, EveryTruncationIsAnErrorOrThePicture) {
  ImageDecoder decoder;
  for (const char* name : kFiles) {
    const auto file = golden(name);
    Image whole;
    ASSERT_TRUE(decode_all(decoder, whole, file).ok());
    size_t pictures = 0;
    for (size_t size = 0; size < file.size(); ++size) {
      Image image;
      const Status status = decode_all(decoder, image, exact_copy(file, size));
      if (!status.ok()) continue;
      ++pictures;
      // Only what does not matter to the pixels may be missing: a checksum, a trailer.
      ASSERT_EQ(pixels_of(image), pixels_of(whole)) << name << " cut to " << size;
    }
    EXPECT_LE(pictures, 20U) << name;
  }
}

TEST(OpencvCodec, RandomMutationsGiveErrorsOrPixels) {
  std::mt19937 random(4);
  ImageDecoder decoder({.max_pixels = 1 << 20});
  int errors = 0;
  int pictures = 0;
  for (int i = 0; i < 3000; ++i) {
    auto bytes = golden(kFiles[random() % std::size(kFiles)]);
    for (unsigned j = 0; j <= random() % 3; ++j) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    Image image;
    const Status status = decode_all(decoder, image, exact_copy(bytes, bytes.size()));
    ++(status.ok() ? pictures : errors);
    ASSERT_NE(fnv1a(image.bytes()), 0U);
  }
  EXPECT_GT(errors, 500);
  EXPECT_GT(pictures, 500);
}

TEST(OpencvCodec, SixteenBitSamplesKeepTheirHighByte) {
  ImageDecoder decoder;
  Image image;
  const std::string file =
      std::string("P6\n2 1\n65535\n") + "\x10\xFF\x20\x01\x30\x80\x7F\x02\x81\x03\xFE\x04";
  ASSERT_TRUE(decode_all(decoder, image, as_bytes(file)).ok());
  EXPECT_EQ(pixels_of(image), (std::vector<uint8_t>{0x10, 0x20, 0x30, 0x7F, 0x81, 0xFE}));
}

TEST(OpencvCodec, ErrorsSayWhatOpencvAndItsLibrariesFound) {
  ImageDecoder decoder;
  Image image;
  auto png = golden("rgb.png");
  png.resize(png.size() / 2);
  const Status status = decode_all(decoder, image, png);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_EQ(status.message(), "png: PNG input buffer is incomplete");
}

TEST(OpencvCodec, LibpngPrintsNothing) {
  ImageDecoder decoder;
  Image image;
  auto png = golden("rgb.png");
  png.resize(png.size() / 2);
  testing::internal::CaptureStderr();
  EXPECT_FALSE(decode_all(decoder, image, png).ok());
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(OpencvLoader, SaysWhereAMissingLibraryWasLookedFor) {
  const auto plugin = load_opencv_plugin({"/nonexistent", "/neither"}, "libheadrace_absent.so");
  ASSERT_FALSE(plugin.ok());
  EXPECT_EQ(plugin.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(plugin.status().message(),
              AllOf(HasSubstr("libheadrace_absent.so"), HasSubstr("libopencv-imgcodecs406"),
                    HasSubstr("looked for in /nonexistent, /neither")));
}

TEST(OpencvLoader, NamesFileAndPackageWhereLoadingFails) {
  const Folder folder;
  std::ofstream(folder.path() + "/libheadrace_opencv.so") << std::string(500, 'x');
  const auto plugin = load_opencv_plugin({"/nonexistent", folder.path()});
  ASSERT_FALSE(plugin.ok());
  EXPECT_EQ(plugin.status().code(), StatusCode::kUnsupported);
  EXPECT_THAT(plugin.status().message(),
              AllOf(HasSubstr(folder.path() + "/libheadrace_opencv.so"),
                    HasSubstr("libopencv-imgcodecs406"), HasSubstr("invalid ELF header")));
}

TEST(OpencvLoader, TheVariableComesFirst) {
  setenv("HEADRACE_PLUGIN_PATH", "/first::/second", 1);
  const auto folders = opencv_plugin_folders();
  unsetenv("HEADRACE_PLUGIN_PATH");
  ASSERT_GE(folders.size(), 4U);
  EXPECT_EQ(folders[0], "/first");
  EXPECT_EQ(folders[1], "/second");
  EXPECT_TRUE(folders[2].ends_with("lib/headrace")) << folders[2];
}

#endif

}  // namespace
}  // namespace headrace
