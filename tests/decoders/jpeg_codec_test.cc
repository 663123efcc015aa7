// Whoever decodes a JPEG, the outcome is one: the same pixels, or an error.
#include "headrace/decoders/jpeg_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "headrace/decoders/image_decoder.h"
#include "jpeg_maker.h"
#include "reference_jpeg.h"
#include "test_pictures.h"

namespace headrace {
namespace {

struct Decoded {
  Status status;
  std::vector<uint8_t> pixels;
  std::optional<DecodeRoute> route;  // none after an error
};

// One decoder of each choice, used for picture after picture as a worker does.
class Decoders {
 public:
  explicit Decoders(bool strict = false)
      : auto_({.strict_jpeg = strict}),
        own_({.strict_jpeg = strict, .jpeg_decoder = JpegDecoderChoice::kOwn}),
        libjpeg_({.strict_jpeg = strict, .jpeg_decoder = JpegDecoderChoice::kLibjpeg}),
        opencv_({.strict_jpeg = strict, .jpeg_decoder = JpegDecoderChoice::kOpencv}) {}

  static Decoded decode(ImageDecoder& decoder, ByteView bytes, const Region& region) {
    Decoded decoded;
    const auto info = decoder.peek(bytes);
    if (!info.ok()) return {info.status(), {}, {}};
    DecodePathCounts before = decoder.paths();
    Image image;
    decoded.status = decoder.decode(image, bytes, *info, region);
    DecodePathCounts counts = decoder.paths();
    counts.subtract(before);
    if (!decoded.status.ok()) {
      EXPECT_TRUE(counts.entries().empty());
      return decoded;
    }
    decoded.pixels = pixels_of(image);
    EXPECT_EQ(counts.entries().size(), 1U);
    decoded.route = counts.entries().front().route;
    return decoded;
  }

  // Compares the four; the outcome is libjpeg's.
  Decoded check(ByteView bytes, const Region& region) {
    const Decoded libjpeg = decode(libjpeg_, bytes, region);
    Decoded any = decode(auto_, bytes, region);
    EXPECT_EQ(any.status.message(), libjpeg.status.message());
    EXPECT_EQ(any.pixels, libjpeg.pixels);

    const Decoded own = decode(own_, bytes, region);
    if (own.status.code() != StatusCode::kUnsupported) {
      EXPECT_EQ(own.status.message(), libjpeg.status.message());
      EXPECT_EQ(own.pixels, libjpeg.pixels);
      EXPECT_EQ(own.route, any.route);
    } else if (any.route) {
      EXPECT_EQ(any.route->path, DecodePath::kLibjpeg) << own.status.message();
    }
#ifdef HEADRACE_WITH_OPENCV
    const Decoded opencv = decode(opencv_, bytes, region);
    EXPECT_EQ(opencv.status.code(), libjpeg.status.code())
        << opencv.status.message() << " / " << libjpeg.status.message();
    EXPECT_EQ(opencv.pixels, libjpeg.pixels);
#endif
    return any;
  }

 private:
  ImageDecoder auto_;
  ImageDecoder own_;
  ImageDecoder libjpeg_;
  ImageDecoder opencv_;
};

const std::vector<JpegSpec>& kinds() {
  static const std::vector<JpegSpec> specs = {
      {.width = 90, .height = 73, .h_sampling = 2, .v_sampling = 2},
      {.width = 90, .height = 73, .h_sampling = 2},
      {.width = 80, .height = 61, .restart_interval = 3},
      {.width = 80, .height = 61, .components = 1, .optimised = true},
      {.width = 91, .height = 70, .v_sampling = 2},
      {.width = 90, .height = 70, .h_sampling = 2, .v_sampling = 2, .progressive = true},
      {.width = 70, .height = 50, .h_sampling = 2, .separate_scans = true},
      {.width = 70, .height = 50, .arithmetic = true},
      {.width = 60, .height = 50, .components = 4},
      {.width = 60, .height = 50, .components = 4, .ycck = true},
      {.width = 61, .height = 50, .h_sampling = 4},
  };
  return specs;
}

TEST(JpegCodec, EveryDecoderMakesTheSamePixels) {
  std::mt19937 random(31);
  Decoders decoders;
  for (const JpegSpec& spec : kinds()) {
    const auto file = make_jpeg(spec);
    for (int i = 0; i < 20; ++i) {
      const Decoded decoded = decoders.check(file, random_region(random, spec.width, spec.height));
      ASSERT_TRUE(decoded.status.ok()) << describe(spec) << decoded.status.message();
    }
    ASSERT_FALSE(HasFailure()) << describe(spec);
  }
}

TEST(JpegCodec, EveryDecoderGivesTheSameOutcomeForDamagedPictures) {
  std::vector<std::vector<uint8_t>> files;
  for (const JpegSpec& spec : kinds()) files.push_back(make_jpeg(spec));
  for (const bool strict : {false, true}) {
    std::mt19937 random(32);
    Decoders decoders(strict);
    ImageDecoder header({.max_pixels = 1 << 22});
    int errors = 0;
    int pictures = 0;
    for (int i = 0; i < 3000; ++i) {
      const auto& file = files[random() % files.size()];
      auto bytes = exact_copy(file, random() % 8 == 0 ? random() % file.size() + 1 : file.size());
      // Most of them in the data: the last bytes, where headers take a few hundred.
      const size_t begin = random() % 4 == 0 ? 0 : std::min<size_t>(bytes.size() / 2, 650);
      for (unsigned j = 0; j <= random() % 3; ++j) {
        bytes[begin + random() % (bytes.size() - begin)] = static_cast<uint8_t>(random());
      }
      const auto info = header.peek(bytes);
      if (!info.ok()) continue;
      const Decoded decoded =
          decoders.check(bytes, random_region(random, info->width, info->height));
      ASSERT_FALSE(HasFailure()) << "picture " << i;
      ++(decoded.status.ok() ? pictures : errors);
    }
    EXPECT_GT(errors, 300);
    EXPECT_GT(pictures, 300);
  }
}

TEST(JpegCodec, DamageBelowTheRegionIsNoErrorForAnyDecoder) {
  const auto file = make_jpeg({.width = 200, .height = 200, .h_sampling = 2, .v_sampling = 2});
  auto half = exact_copy(file, file.size() / 2);
  half.insert(half.end(), {0xFF, 0xD9});
  Decoders decoders;
  int pictures = 0;
  for (int y = 0; y < 200; ++y) {
    pictures += decoders.check(half, {17, y, 50, 1}).status.ok() ? 1 : 0;
    ASSERT_FALSE(HasFailure()) << "row " << y;
  }
  EXPECT_GT(pictures, 50);
  EXPECT_LT(pictures, 150);
}

// OpenCV takes the file for something else then.
TEST(JpegCodec, BytesInFrontOfTheFirstSegmentAreNoErrorForAnyDecoder) {
  auto file = make_jpeg({});
  file.insert(file.begin() + 2, {1, 2, 3});
  Decoders decoders;
  const Decoded decoded = decoders.check(file, {5, 5, 30, 20});
  EXPECT_TRUE(decoded.status.ok()) << decoded.status.message();
  ASSERT_TRUE(decoded.route);
  EXPECT_EQ(*decoded.route, (DecodeRoute{DecodePath::kLibjpeg, DecodeReason::kHeader}));
}

TEST(JpegCodec, TheRouteSaysWhy) {
  const auto route_of = [](const JpegSpec& spec, JpegDecoderChoice choice) {
    ImageDecoder decoder({.jpeg_decoder = choice});
    const auto file = make_jpeg(spec);
    const auto route = decoder.route_of(file);
    EXPECT_TRUE(route.ok()) << route.status().message();
    const Decoded decoded = Decoders::decode(decoder, file, {0, 0, 20, 20});
    if (decoded.route) {
      EXPECT_EQ(*decoded.route, *route) << decode_reason_name(route->reason);
    }
    return *route;
  };
  const auto automatic = [&](const JpegSpec& spec) {
    return route_of(spec, JpegDecoderChoice::kAuto);
  };
  using Path = DecodePath;
  using Reason = DecodeReason;
  EXPECT_EQ(automatic({}), (DecodeRoute{Path::kOwn, Reason::kNone}));
  EXPECT_EQ(automatic({.progressive = true}), (DecodeRoute{Path::kLibjpeg, Reason::kProgressive}));
  EXPECT_EQ(automatic({.arithmetic = true}), (DecodeRoute{Path::kLibjpeg, Reason::kArithmetic}));
  EXPECT_EQ(automatic({.separate_scans = true}),
            (DecodeRoute{Path::kLibjpeg, Reason::kSeveralScans}));
  EXPECT_EQ(automatic({.components = 4}), (DecodeRoute{Path::kLibjpeg, Reason::kColourSpace}));
  EXPECT_EQ(automatic({.h_sampling = 4}), (DecodeRoute{Path::kLibjpeg, Reason::kSampling}));
  EXPECT_EQ(route_of({}, JpegDecoderChoice::kLibjpeg),
            (DecodeRoute{Path::kLibjpeg, Reason::kChosen}));
  EXPECT_EQ(route_of({}, JpegDecoderChoice::kOpencv),
            (DecodeRoute{Path::kOpencv, Reason::kChosen}));
  EXPECT_EQ(route_of({.components = 4}, JpegDecoderChoice::kOpencv),
            (DecodeRoute{Path::kLibjpeg, Reason::kColourSpace}));
}

TEST(JpegCodec, OwnRefusesWhatItDoesNotRead) {
  ImageDecoder own({.jpeg_decoder = JpegDecoderChoice::kOwn});
  const auto file = make_jpeg({.width = 40, .height = 40, .progressive = true});
  Image image;
  const Status status = decode_all(own, image, file);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_EQ(status.message(), "JPEG that our own decoder does not read: progressive");
  EXPECT_EQ(own.route_of(file).status().message(), status.message());
  EXPECT_TRUE(decode_all(own, image, make_jpeg({})).ok());
}

#ifndef HEADRACE_WITH_OPENCV
TEST(JpegCodec, BuildWithoutOpencvSaysSo) {
  ImageDecoder decoder({.jpeg_decoder = JpegDecoderChoice::kOpencv});
  Image image;
  const Status status = decode_all(decoder, image, make_jpeg({}));
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_THAT(status.message(), testing::HasSubstr("without OpenCV"));
}
#endif

TEST(JpegCodec, AnIndexGrowsAndServes) {
  const auto file = make_jpeg({.width = 150, .height = 300, .h_sampling = 2, .v_sampling = 2});
  const auto whole = decode_whole(file);
  ASSERT_TRUE(whole);
  ImageDecoder decoder;
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok());
  Image image;
  IndexExchange exchange{.known = {}, .record = true, .grown = {}};
  ASSERT_TRUE(decoder.decode(image, file, *info, {0, 0, 150, 300}, &exchange).ok());
  ASSERT_GT(exchange.grown.size(), 0U);
  IndexExchange second{.known = exchange.grown.view(), .record = true, .grown = {}};
  second.grown.resize(5);
  const Region low{20, 200, 77, 60};
  ASSERT_TRUE(decoder.decode(image, file, *info, low, &second).ok());
  EXPECT_EQ(pixels_of(image), whole->crop(low));
  EXPECT_EQ(second.grown.size(), 0U) << "there is nothing to add";
  DecodePathCounts expected;
  expected.count(DecodePath::kOwn, DecodeReason::kNone);
  expected.count(DecodePath::kOwnIndexed, DecodeReason::kNone);
  EXPECT_EQ(decoder.paths().pictures, expected.pictures);
}

TEST(JpegCodec, AnIndexServesTurnedPicturesToo) {
  const auto file = make_jpeg({.width = 150, .height = 300, .orientation = 6});
  ImageDecoder decoder({.apply_exif_orientation = true});
  const auto info = decoder.peek(file);
  ASSERT_TRUE(info.ok());
  ByteBuffer index;
  ASSERT_EQ(decoder.make_index(index, file, 0), DecodeReason::kNone);
  IndexExchange exchange{.known = index.view(), .record = false, .grown = {}};
  Image plain;
  Image indexed;
  const Region region{10, 20, 30, 40};
  ASSERT_TRUE(decoder.decode(plain, file, *info, region).ok());
  ASSERT_TRUE(decoder.decode(indexed, file, *info, region, &exchange).ok());
  EXPECT_EQ(pixels_of(indexed), pixels_of(plain));
  EXPECT_EQ(decoder.paths().entries().front().route.path, DecodePath::kOwnIndexed);
}

TEST(JpegCodec, WhoeverElseDecodesLeavesNoIndex) {
  for (const auto choice : {JpegDecoderChoice::kAuto, JpegDecoderChoice::kLibjpeg}) {
    ImageDecoder decoder({.jpeg_decoder = choice});
    const auto file = make_jpeg({.progressive = choice == JpegDecoderChoice::kAuto});
    const auto info = decoder.peek(file);
    IndexExchange exchange{.known = {}, .record = true, .grown = {}};
    exchange.grown.resize(9);
    Image image;
    ASSERT_TRUE(decoder.decode(image, file, *info, {0, 0, 9, 9}, &exchange).ok());
    EXPECT_EQ(exchange.grown.size(), 0U);
  }
}

TEST(JpegCodec, MakesAnIndexOrSaysWhyNot) {
  ImageDecoder decoder;
  ByteBuffer index;
  const auto file = make_jpeg({.width = 100, .height = 100});
  EXPECT_EQ(decoder.make_index(index, file, 4), DecodeReason::kNone);
  EXPECT_GT(index.size(), 0U);
  EXPECT_EQ(decoder.make_index(index, make_jpeg({.progressive = true}), 0),
            DecodeReason::kProgressive);
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(decoder.make_index(index, exact_copy(file, file.size() - 2), 0), DecodeReason::kData);
  EXPECT_EQ(decoder.make_index(index, exact_copy(file, 30), 0), DecodeReason::kHeader);
  EXPECT_EQ(decoder.make_index(index, as_bytes("BM"), 0), DecodeReason::kNotJpeg);
  EXPECT_EQ(decoder.make_index(index, as_bytes("text"), 0), DecodeReason::kNotJpeg);
  const auto png = read_file(HEADRACE_GOLDEN "/decoder/rgb.png");
  EXPECT_EQ(decoder.make_index(index, png, 0), DecodeReason::kNotJpeg);
  EXPECT_EQ(*decoder.route_of(png), (DecodeRoute{DecodePath::kOpencv, DecodeReason::kNotJpeg}));
}

}  // namespace
}  // namespace headrace
