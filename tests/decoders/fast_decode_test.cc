// DecodeAccuracy::kFast: whoever decodes, at whatever scale, the outcome is one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "headrace/decoders/image_decoder.h"
#include "headrace/decoders/orientation.h"
#include "jpeg_maker.h"
#include "reference_jpeg.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using testing::HasSubstr;

constexpr int kScales[] = {1, 2, 4, 8};

ImageDecoder fast_decoder(JpegDecoderChoice choice = JpegDecoderChoice::kAuto) {
  return ImageDecoder({.accuracy = DecodeAccuracy::kFast, .jpeg_decoder = choice});
}

struct Sampling {
  int h, v;
};

// 4:4:4, 4:2:2, 4:2:0, 4:4:0, 4:1:1, 4:1:0 and stranger ones.
constexpr Sampling kSamplings[] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1},
                                   {4, 2}, {1, 4}, {2, 4}, {3, 1}, {3, 2}};

JpegSpec random_spec(std::mt19937& random) {
  const Sampling sampling = kSamplings[random() % std::size(kSamplings)];
  const unsigned side = random() % 3 == 0 ? 20 : 230;
  JpegSpec spec{.width = 1 + static_cast<int>(random() % side),
                .height = 1 + static_cast<int>(random() % side),
                .components = random() % 8 == 0 ? 1 : 3,
                .h_sampling = sampling.h,
                .v_sampling = sampling.v,
                .quality = 20 + static_cast<int>(random() % 80)};
  spec.progressive = random() % 4 == 0;
  spec.separate_scans = !spec.progressive && random() % 10 == 0;
  spec.arithmetic = random() % 10 == 0;
  spec.restart_interval = random() % 4 == 0 ? 1 + static_cast<int>(random() % 9) : 0;
  spec.seed = static_cast<uint32_t>(random());
  return spec;
}

class FastDecodeBy : public testing::TestWithParam<JpegDecoderChoice> {};

std::string choice_name(const testing::TestParamInfo<JpegDecoderChoice>& choice) {
  constexpr const char* kNames[] = {"auto", "own", "libjpeg", "opencv"};
  return kNames[static_cast<size_t>(choice.param)];
}

INSTANTIATE_TEST_SUITE_P(, FastDecodeBy,
                         testing::Values(JpegDecoderChoice::kAuto, JpegDecoderChoice::kLibjpeg,
                                         JpegDecoderChoice::kOpencv),
                         choice_name);

TEST_P(FastDecodeBy, EqualsWholeThenCropForEveryKindAndScale) {
  ImageDecoder decoder = fast_decoder(GetParam());
  std::mt19937 random(41);
  Image image;
  for (int i = 0; i < 300; ++i) {
    const JpegSpec spec = random_spec(random);
    const auto file = make_jpeg(spec);
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok());
    for (const int scale : kScales) {
      const auto whole = decode_whole_fast(file, scale);
      ASSERT_TRUE(whole) << describe(spec);
      for (int j = 0; j < 4; ++j) {
        const Region region = random_region(random, whole->width, whole->height);
        const Status status = decoder.decode(image, file, *info, region, nullptr, scale);
        ASSERT_TRUE(status.ok()) << describe(spec) << ' ' << status.message();
        ASSERT_EQ(pixels_of(image), whole->crop(region))
            << describe(spec) << " scale " << scale << " at " << region.x << ' ' << region.y << ' '
            << region.width << ' ' << region.height;
      }
    }
  }
}

// Narrow windows at either side of the picture, where libjpeg changes the way it upsamples.
TEST_P(FastDecodeBy, EqualsWholeThenCropForEveryColumn) {
  ImageDecoder decoder = fast_decoder(GetParam());
  Image image;
  for (const auto& [h, v] : kSamplings) {
    const JpegSpec spec{.width = 75, .height = 40, .h_sampling = h, .v_sampling = v};
    const auto file = make_jpeg(spec);
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok());
    for (const int scale : kScales) {
      const auto whole = decode_whole_fast(file, scale);
      ASSERT_TRUE(whole);
      for (int x = 0; x < whole->width; ++x) {
        for (const Region& region :
             {Region{x, 1, 1, 2}, {x, 0, whole->width - x, 1}, {0, 3, x + 1, 2}}) {
          ASSERT_TRUE(decoder.decode(image, file, *info, region, nullptr, scale).ok());
          ASSERT_EQ(pixels_of(image), whole->crop(region)) << describe(spec) << " scale " << scale;
        }
      }
    }
  }
}

// Also CMYK, which libjpeg alone decodes, at the size that was asked for.
TEST_P(FastDecodeBy, ScalesCmyk) {
  ImageDecoder decoder = fast_decoder(GetParam());
  ImageDecoder libjpeg = fast_decoder(JpegDecoderChoice::kLibjpeg);
  const auto file = make_jpeg({.width = 90, .height = 70, .components = 4});
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok());
  for (const int scale : kScales) {
    const Region whole{0, 0, scaled_side(90, scale), scaled_side(70, scale)};
    const Region part{3, 2, 5, 6};
    Image all;
    Image image;
    ASSERT_TRUE(libjpeg.decode(all, file, *info, whole, nullptr, scale).ok());
    ASSERT_TRUE(decoder.decode(image, file, *info, part, nullptr, scale).ok());
    for (int y = 0; y < part.height; ++y) {
      const uint8_t* const row = all.row(part.y + y) + 3 * part.x;
      ASSERT_TRUE(std::equal(row, row + 3 * part.width, image.row(y)));
    }
  }
}

TEST(FastDecode, GivesTheSameOutcomeForDamagedPicturesWhoeverDecodes) {
  std::vector<std::vector<uint8_t>> files;
  for (const auto& [h, v] : {Sampling{1, 1}, {2, 1}, {2, 2}, {1, 2}}) {
    files.push_back(make_jpeg({.width = 90, .height = 133, .h_sampling = h, .v_sampling = v}));
    files.push_back(make_jpeg(
        {.width = 90, .height = 103, .h_sampling = h, .v_sampling = v, .restart_interval = 3}));
  }
  files.push_back(
      make_jpeg({.width = 90, .height = 100, .components = 1, .h_sampling = 2, .v_sampling = 2}));
  ImageDecoder any = fast_decoder();
  ImageDecoder libjpeg = fast_decoder(JpegDecoderChoice::kLibjpeg);
  std::mt19937 random(42);
  Image image;
  Image expected;
  int errors = 0;
  int pictures = 0;
  for (int i = 0; i < 4000; ++i) {
    auto bytes = files[random() % files.size()];
    const size_t begin = random() % 8 == 0 ? 0 : 650;
    for (unsigned j = 0; j <= random() % 8; ++j) {
      bytes[begin + random() % (bytes.size() - begin)] = static_cast<uint8_t>(random());
    }
    const auto info = any.peek(bytes);
    if (!info.ok() || info->width > 300 || info->height > 300) continue;
    const int scale = kScales[random() % 4];
    const Region region =
        random_region(random, scaled_side(info->width, scale), scaled_side(info->height, scale));
    const Status status = any.decode(image, bytes, *info, region, nullptr, scale);
    const Status wanted = libjpeg.decode(expected, bytes, *info, region, nullptr, scale);
    ASSERT_EQ(status.message(), wanted.message()) << "picture " << i;
    if (status.ok()) {
      ASSERT_EQ(pixels_of(image), pixels_of(expected)) << "picture " << i;
    }
    ++(status.ok() ? pictures : errors);
  }
  EXPECT_GT(errors, 150);
  EXPECT_GT(pictures, 500);
}

// Data that end early, by a marker: every row that libjpeg reads for a region counts, none below.
TEST(FastDecode, FindsDamageAsFarDownAsLibjpegReads) {
  ImageDecoder any = fast_decoder();
  ImageDecoder libjpeg = fast_decoder(JpegDecoderChoice::kLibjpeg);
  Image image;
  int errors = 0;
  int pictures = 0;
  for (const auto& [components, h, v] :
       {std::array{3, 1, 1}, {3, 2, 1}, {3, 2, 2}, {3, 1, 2}, {1, 1, 1}, {1, 2, 2}}) {
    const auto file = make_jpeg(
        {.width = 40, .height = 70, .components = components, .h_sampling = h, .v_sampling = v});
    for (size_t at = 700; at + 2 < file.size(); at += file.size() / 12) {
      auto bytes = file;
      bytes[at] = 0xFF;
      bytes[at + 1] = 0xD9;
      const auto info = any.peek(bytes);
      ASSERT_TRUE(info.ok());
      for (const int scale : kScales) {
        for (int y = 0; y < scaled_side(70, scale); ++y) {
          const Region row{0, y, 5, 1};
          const Status status = any.decode(image, bytes, *info, row, nullptr, scale);
          const Status wanted = libjpeg.decode(image, bytes, *info, row, nullptr, scale);
          ASSERT_EQ(status.message(), wanted.message()) << "scale " << scale << " row " << y;
          ++(status.ok() ? pictures : errors);
        }
      }
    }
  }
  EXPECT_GT(errors, 500);
  EXPECT_GT(pictures, 500);
}

TEST(FastDecode, TakesTheOwnDecoderForItsKindsAtEveryScale) {
  ImageDecoder decoder = fast_decoder(JpegDecoderChoice::kOwn);
  Image image;
  for (const auto& [h, v] : {Sampling{1, 1}, {2, 1}, {2, 2}, {1, 2}}) {
    const auto file = make_jpeg({.width = 90, .height = 70, .h_sampling = h, .v_sampling = v});
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok());
    for (const int scale : kScales) {
      ASSERT_TRUE(decoder.decode(image, file, *info, {1, 1, 5, 5}, nullptr, scale).ok());
    }
  }
  const auto entries = decoder.paths().entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].route, (DecodeRoute{DecodePath::kOwn, DecodeReason::kNone}));
  EXPECT_EQ(entries[0].pictures, 16);
}

TEST(FastDecode, TurnsTheScaledPicture) {
  ImageDecoder decoder({.accuracy = DecodeAccuracy::kFast, .apply_exif_orientation = true});
  std::mt19937 random(43);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto file = make_jpeg(
        {.width = 101, .height = 67, .h_sampling = 2, .v_sampling = 2, .orientation = orientation});
    const auto info = decoder.peek(file);
    ASSERT_TRUE(info.ok());
    for (const int scale : kScales) {
      const auto stored = decode_whole_fast(file, scale);
      ASSERT_TRUE(stored);
      Image flat;
      flat.reshape(stored->width, stored->height);
      std::copy(stored->rgb.begin(), stored->rgb.end(), flat.row(0));
      Image upright;
      turn_upright(upright, flat, orientation);
      ASSERT_EQ(upright.width(), scaled_side(info->width, scale));
      const ReferencePicture expected{upright.width(), upright.height(), pixels_of(upright)};
      for (int i = 0; i < 10; ++i) {
        const Region region = random_region(random, upright.width(), upright.height());
        Image image;
        ASSERT_TRUE(decoder.decode(image, file, *info, region, nullptr, scale).ok());
        ASSERT_EQ(pixels_of(image), expected.crop(region)) << orientation << " scale " << scale;
      }
    }
  }
}

TEST(FastDecode, GivesExactPixelsWhereNothingIsSubsampled) {
  const auto file = make_jpeg({.width = 90, .height = 70});
  ImageDecoder decoder = fast_decoder();
  Image image;
  ASSERT_TRUE(decode_all(decoder, image, file).ok());
  EXPECT_EQ(pixels_of(image), decode_whole(file)->rgb);
  const auto subsampled = make_jpeg({.width = 90, .height = 70, .h_sampling = 2, .v_sampling = 2});
  ASSERT_TRUE(decode_all(decoder, image, subsampled).ok());
  EXPECT_NE(pixels_of(image), decode_whole(subsampled)->rgb);
}

// What is met while decoding fast serves whoever decodes exactly.
TEST(FastDecode, GrowsTheSameIndex) {
  const auto file = make_jpeg({.width = 200, .height = 170, .h_sampling = 2, .v_sampling = 2});
  ImageDecoder decoder = fast_decoder(JpegDecoderChoice::kOwn);
  ByteBuffer complete;
  ASSERT_EQ(decoder.make_index(complete, file, 0), DecodeReason::kNone);
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok());
  IndexExchange index;
  index.record = true;
  Image image;
  ASSERT_TRUE(decoder.decode(image, file, *info, {0, 42, 1, 1}, &index, 4).ok());
  EXPECT_EQ(as_text(index.grown.view()), as_text(complete.view()));
}

TEST(FastDecode, RefusesScalesThatThereAreNot) {
  const auto file = make_jpeg({.width = 90, .height = 70});
  ImageDecoder decoder = fast_decoder();
  const ImageInfo info = decoder.peek(file).value();
  EXPECT_EQ(decoder.greatest_scale(info), 8);
  EXPECT_EQ(decoder.greatest_scale({.format = ImageFormat::kPng, .width = 9, .height = 9}), 1);
  Image image;
  const auto message = [&](ImageDecoder& by, const Region& region, int scale) {
    const Status status = by.decode(image, file, info, region, nullptr, scale);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  for (const int scale : {-2, 0, 3, 5, 16}) {
    EXPECT_THAT(message(decoder, {0, 0, 1, 1}, scale), HasSubstr("not 1, 2, 4 or 8"));
  }
  EXPECT_THAT(message(decoder, {0, 0, 46, 35}, 2), HasSubstr("not inside a picture of 45 x 35"));

  ImageDecoder exact;
  EXPECT_EQ(exact.greatest_scale(info), 1);
  EXPECT_THAT(message(exact, {0, 0, 1, 1}, 2), HasSubstr("up to 1"));
}

}  // namespace
}  // namespace headrace
