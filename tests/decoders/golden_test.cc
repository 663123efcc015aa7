// The pixels are those that Pillow reads (tests/golden/make_decoder_golden.py).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "test_pictures.h"

namespace headrace {
namespace {

struct Golden {
  std::string file;
  int width = 0;
  int height = 0;
  uint64_t digest = 0;
};

std::vector<Golden> read_goldens() {
  std::ifstream list(HEADRACE_GOLDEN "/decoder/digests.txt");
  std::vector<Golden> goldens;
  for (std::string line; std::getline(list, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Golden golden;
    words >> golden.file >> golden.width >> golden.height >> std::hex >> golden.digest;
    EXPECT_TRUE(words) << line;
    goldens.push_back(golden);
  }
  return goldens;
}

bool is_jpeg_name(const std::string& file) {
  return file.ends_with(".jpg") || file.ends_with(".JPG");
}

void check(const Golden& golden) {
  const auto file = read_file(HEADRACE_GOLDEN "/../" + golden.file);
  ImageDecoder decoder;
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok()) << golden.file << ": " << info.status().message();
  EXPECT_EQ(info->width, golden.width) << golden.file;
  EXPECT_EQ(info->height, golden.height) << golden.file;
  Image image;
  const Status status = decode_all(decoder, image, file);
  ASSERT_TRUE(status.ok()) << golden.file << ": " << status.message();
  EXPECT_EQ(fnv1a(image.bytes()), golden.digest) << golden.file;
}

TEST(DecoderGolden, JpegsAreWhatPillowReads) {
  int checked = 0;
  for (const Golden& golden : read_goldens()) {
    if (!is_jpeg_name(golden.file)) continue;
    check(golden);
    ++checked;
  }
  EXPECT_GE(checked, 10);
}

#ifdef HEADRACE_WITH_OPENCV
TEST(DecoderGolden, OtherFormatsAreWhatPillowReads) {
  int checked = 0;
  for (const Golden& golden : read_goldens()) {
    if (is_jpeg_name(golden.file)) continue;
    check(golden);
    ++checked;
  }
  EXPECT_GE(checked, 25);
}
#endif

}  // namespace
}  // namespace headrace
