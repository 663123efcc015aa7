// Samples under DecodeAccuracy::kFast: the same for any threads and any decoder, and close to exact
// ones.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>

#include "fake_source.h"
#include "headrace/augment/resize_highway.h"
#include "headrace/augment/transform.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/image_loader.h"
#include "jpeg_maker.h"

namespace headrace {
namespace {

// A sign-digits photograph at the size and with the subsampling of a camera's.
std::vector<uint8_t> enlarged(const FakeSource& source, int64_t record, int width, int height,
                              int quality) {
  ImageDecoder decoder;
  Image small;
  const std::string& file = source.picture(record);
  const ImageInfo info = decoder.peek(as_bytes(file)).value();
  EXPECT_TRUE(decoder.decode(small, as_bytes(file), info, {0, 0, info.width, info.height}).ok());
  Image large;
  ResizeScratch scratch;
  resize_to_pixels(large, small,
                   {ResizeAxis::whole(info.width, width), ResizeAxis::whole(info.height, height)},
                   false, scratch);
  std::vector<uint8_t> samples(large.row(0), large.row(0) + size_t{3} * width * height);
  // The grain that a camera's picture has and an enlarged one lacks.
  uint32_t random = static_cast<uint32_t>(record) + 1;
  for (uint8_t& sample : samples) {
    random = random * 1664525 + 1013904223;
    const int grain = static_cast<int>(random >> 29) - 4;
    sample = static_cast<uint8_t>(std::clamp(sample + grain, 0, 255));
  }
  return make_jpeg(
      {.width = width, .height = height, .h_sampling = 2, .v_sampling = 2, .quality = quality},
      samples);
}

std::shared_ptr<FakeSource> large_pictures() {
  auto source = std::make_shared<FakeSource>(24);
  constexpr std::pair<int, int> kSizes[] = {{2000, 1500}, {1500, 2000}, {901, 677}, {400, 300}};
  for (int64_t i = 0; i < 12; ++i) {
    const auto& [width, height] = kSizes[i % 4];
    const auto file = enlarged(*source, i, width, height, 90);
    source->bytes_of[i] = std::string(file.begin(), file.end());
  }
  return source;
}

std::string digest_of(const std::shared_ptr<FakeSource>& source, ImageLoaderOptions options) {
  options.batch_size = 6;
  options.seed = 3;
  auto loader = open_image_loader(source, options).value();
  BatchDigest digest;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (BatchPtr& batch : loader->epoch(epoch)) digest.add(*batch);
  }
  return digest.hex();
}

TEST(FastDecode, SamplesDoNotDependOnThreadsOrDecoder) {
  const auto source = large_pictures();
  for (const Preset preset : {Preset::kTrain, Preset::kEval}) {
    ImageLoaderOptions options;
    options.transform.preset = preset;
    options.transform.size = 96;
    options.threads = 1;
    const std::string exact = digest_of(source, options);
    options.decode.accuracy = DecodeAccuracy::kFast;
    const std::string fast = digest_of(source, options);
    EXPECT_NE(fast, exact);
    for (const int threads : {2, 5}) {
      options.threads = threads;
      EXPECT_EQ(digest_of(source, options), fast) << threads;
    }
    for (const auto choice : {JpegDecoderChoice::kLibjpeg, JpegDecoderChoice::kOpencv}) {
      options.decode.jpeg_decoder = choice;
      EXPECT_EQ(digest_of(source, options), fast);
    }
  }
}

// Mean difference of the values 0..255 that a model is fed, over what there is of a preset.
double mean_difference(const FakeSource& source, Preset preset) {
  TransformOptions transform_options;
  transform_options.preset = preset;
  const Transform transform = Transform::create(transform_options).value();
  Transform::Scratch scratch;
  ImageDecoder exact;
  ImageDecoder fast({.accuracy = DecodeAccuracy::kFast});
  Image decoded;
  Image a;
  Image b;
  double sum = 0;
  double values = 0;
  for (const auto& [record, file] : source.bytes_of) {
    const ByteView bytes = as_bytes(file);
    const ImageInfo info = exact.peek(bytes).value();
    for (uint64_t epoch = 0; epoch < 4; ++epoch) {
      const RandomKey key{1, epoch, static_cast<uint64_t>(record)};
      const SamplePlan plan = transform.plan(info.width, info.height, key);
      EXPECT_TRUE(exact.decode(decoded, bytes, info, plan.decode).ok());
      transform.finish_pixels(a, decoded, plan, scratch);
      const SamplePlan scaled =
          transform.plan(info.width, info.height, key, fast.greatest_scale(info));
      EXPECT_TRUE(fast.decode(decoded, bytes, info, scaled.decode, nullptr, scaled.scale).ok());
      transform.finish_pixels(b, decoded, scaled, scratch);
      for (size_t i = 0; i < size_t{3} * 224 * 224; ++i) {
        sum += std::abs(a.row(0)[i] - b.row(0)[i]);
      }
      values += 3 * 224 * 224;
    }
  }
  return sum / values;
}

TEST(FastDecode, IsCloseToExact) {
  const auto source = large_pictures();
  const double train = mean_difference(*source, Preset::kTrain);
  const double eval = mean_difference(*source, Preset::kEval);
  RecordProperty("train", std::to_string(train));
  RecordProperty("eval", std::to_string(eval));
  EXPECT_GT(train, 0.01);
  EXPECT_LT(train, 2);
  EXPECT_GT(eval, 0.01);
  EXPECT_LT(eval, 2);
}

}  // namespace
}  // namespace headrace
