// A region's bytes are those of decoding everything and cropping, for every kind of JPEG.
#include <gtest/gtest.h>

#include <cstdlib>

#include "jpeg_maker.h"
#include "reference_jpeg.h"
#include "test_pictures.h"

namespace headrace {
namespace {

testing::AssertionResult same_as_whole(ImageDecoder& decoder, ByteView file,
                                       const ReferencePicture& whole, const Region& region) {
  const auto info = decoder.peek(file);
  if (!info.ok()) return testing::AssertionFailure() << info.status().message();
  if (info->width != whole.width || info->height != whole.height) {
    return testing::AssertionFailure() << "size " << info->width << " x " << info->height;
  }
  Image image;
  const Status status = decoder.decode(image, file, *info, region);
  if (!status.ok()) return testing::AssertionFailure() << status.message();
  if (pixels_of(image) == whole.crop(region)) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "pixels differ in " << region.width << " x " << region.height << " at (" << region.x
         << ", " << region.y << ")";
}

JpegSpec random_spec(std::mt19937& random) {
  struct Sampling {
    int h, v;
  };
  // 4:4:4, 4:2:2, 4:2:0, 4:4:0, 4:1:1, 4:1:0 and stranger ones
  constexpr Sampling kSamplings[] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1},
                                     {4, 2}, {1, 4}, {2, 4}, {3, 1}, {3, 2}};
  constexpr size_t kUsual = 5;
  JpegSpec spec;
  const bool tiny = random() % 4 == 0;
  spec.width = 1 + static_cast<int>(random() % (tiny ? 20 : 230));
  spec.height = 1 + static_cast<int>(random() % (tiny ? 20 : 150));
  spec.components = random() % 8 == 0 ? 1 : 3;
  const Sampling sampling = kSamplings[random() % (random() % 4 == 0 ? 10 : kUsual)];
  spec.h_sampling = sampling.h;
  spec.v_sampling = sampling.v;
  spec.quality = 20 + static_cast<int>(random() % 80);
  spec.progressive = random() % 4 == 0;
  spec.separate_scans = !spec.progressive && random() % 10 == 0;
  spec.optimised = random() % 3 == 0;
  spec.arithmetic = !spec.optimised && random() % 8 == 0;
  spec.restart_interval = random() % 4 == 0 ? 1 + static_cast<int>(random() % 9) : 0;
  spec.seed = static_cast<uint32_t>(random());
  return spec;
}

class JpegRegion : public testing::TestWithParam<JpegDecoderChoice> {
 protected:
  ImageDecoder decoder_{{.jpeg_decoder = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(, JpegRegion,
                         testing::Values(JpegDecoderChoice::kAuto, JpegDecoderChoice::kLibjpeg),
                         [](const auto& choice) {
                           return choice.param == JpegDecoderChoice::kAuto ? "auto" : "libjpeg";
                         });

TEST_P(JpegRegion, EqualsWholeThenCropForEveryKind) {
  constexpr int kPictures = 500;
  constexpr int kRegions = 12;
  std::mt19937 random(20240607);
  for (int i = 0; i < kPictures; ++i) {
    const JpegSpec spec = random_spec(random);
    const auto file = make_jpeg(spec);
    const auto whole = decode_whole(file);
    ASSERT_TRUE(whole) << describe(spec);
    for (int j = 0; j < kRegions; ++j) {
      const Region region = random_region(random, spec.width, spec.height);
      ASSERT_TRUE(same_as_whole(decoder_, file, *whole, region)) << describe(spec);
    }
  }
}

// Every start and every end of a region, at the sizes where libjpeg's special cases meet.
TEST_P(JpegRegion, EveryRowAndColumnOfEachSampling) {
  for (const auto& [h, v] : {std::pair{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}}) {
    for (const bool progressive : {false, true}) {
      const JpegSpec spec{
          .width = 101, .height = 67, .h_sampling = h, .v_sampling = v, .progressive = progressive};
      const auto file = make_jpeg(spec);
      const auto whole = decode_whole(file);
      ASSERT_TRUE(whole);
      for (int y = 0; y < spec.height; ++y) {
        ASSERT_TRUE(same_as_whole(decoder_, file, *whole, {40, y, 3, 1})) << describe(spec);
        ASSERT_TRUE(same_as_whole(decoder_, file, *whole, {0, y, spec.width, spec.height - y}))
            << describe(spec);
      }
      for (int x = 0; x < spec.width; ++x) {
        ASSERT_TRUE(same_as_whole(decoder_, file, *whole, {x, 30, 1, 2})) << describe(spec);
        ASSERT_TRUE(same_as_whole(decoder_, file, *whole, {x, 17, spec.width - x, 2}))
            << describe(spec);
      }
    }
  }
}

// libjpeg smooths blocks whose scans do not bring every coefficient, over five blocks each way.
TEST_P(JpegRegion, EqualsWholeThenCropOfAnUnfinishedProgressivePicture) {
  std::mt19937 random(5);
  const JpegSpec spec{
      .width = 150, .height = 120, .h_sampling = 2, .v_sampling = 2, .progressive = true};
  std::vector<uint8_t> file = make_jpeg(spec);
  // End it behind its second scan, properly: SOS, data, [tables,] SOS, data, here.
  int scans = 0;
  for (size_t i = 2; i + 1 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == 0xDA && ++scans == 3) {
      file.resize(i);
      break;
    }
  }
  ASSERT_EQ(scans, 3);
  file.insert(file.end(), {0xFF, 0xD9});
  const auto whole = decode_whole(file);
  ASSERT_TRUE(whole);
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(
        same_as_whole(decoder_, file, *whole, random_region(random, spec.width, spec.height)));
  }
}

TEST_P(JpegRegion, CmykRegionsAreThoseOfTheWhole) {
  std::mt19937 random(9);
  for (const bool ycck : {false, true}) {
    const JpegSpec spec{.width = 133,
                        .height = 90,
                        .components = 4,
                        .h_sampling = ycck ? 2 : 1,
                        .v_sampling = ycck ? 2 : 1,
                        .ycck = ycck};
    const auto file = make_jpeg(spec);
    Image image;
    ASSERT_TRUE(decode_all(decoder_, image, file).ok());
    const ReferencePicture whole{spec.width, spec.height, pixels_of(image)};
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(
          same_as_whole(decoder_, file, whole, random_region(random, spec.width, spec.height)))
          << describe(spec);
    }
  }
}

void check_folder(ImageDecoder& decoder, const std::string& folder, size_t pictures, int regions) {
  std::mt19937 random(11);
  const auto paths = list_jpegs(folder, pictures);
  ASSERT_FALSE(paths.empty()) << folder;
  for (const std::string& path : paths) {
    const auto file = read_file(path);
    const auto whole = decode_whole(file);
    ASSERT_TRUE(whole) << path;
    for (int i = 0; i < regions; ++i) {
      ASSERT_TRUE(
          same_as_whole(decoder, file, *whole, random_region(random, whole->width, whole->height)))
          << path;
    }
  }
}

TEST_P(JpegRegion, EqualsWholeThenCropForPhotographs) {
  check_folder(decoder_, HEADRACE_TEST_DATA "/sign-digits", 200, 10);
}

TEST_P(JpegRegion, EqualsWholeThenCropForTheBenchmarksPictures) {
  const char* folder = std::getenv("HEADRACE_BENCH_DATA");
  if (folder == nullptr) GTEST_SKIP() << "HEADRACE_BENCH_DATA names no folder";
  check_folder(decoder_, folder, 700, 6);
}

}  // namespace
}  // namespace headrace
