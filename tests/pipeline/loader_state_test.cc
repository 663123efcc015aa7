#include "headrace/pipeline/loader_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "headrace/pipeline/image_loader.h"

namespace headrace {
namespace {

using testing::HasSubstr;

TEST(LoaderState, ATokenIsReadBack) {
  const LoaderState state{
      .epoch = 3, .samples = 51200, .bad_samples = 7, .data = 0x0123456789abcdef, .options = 5};
  const std::string token = to_token(state);
  EXPECT_EQ(token, R"({"headrace_loader":1,"epoch":3,"samples":51200,"bad_samples":7,)"
                   R"("data":"0123456789abcdef","options":"0000000000000005"})");
  EXPECT_EQ(parse_token(token).value(), state);
  EXPECT_EQ(parse_token(" " + token + "\n").value(), state) << "as read from a file";
}

TEST(LoaderState, TheLargestTokenFits) {
  constexpr auto kLarge = int64_t{1} << 62;
  const LoaderState state{.epoch = kLarge,
                          .samples = kLarge,
                          .bad_samples = kLarge,
                          .data = ~uint64_t{0},
                          .options = ~uint64_t{0}};
  EXPECT_LE(to_token(state).size(), kMaxTokenBytes);
  EXPECT_EQ(parse_token(to_token(state)).value(), state);
}

TEST(LoaderState, WhatIsNoTokenIsRefused) {
  const std::string token = to_token({.epoch = 1, .samples = 2});
  for (size_t length = 0; length < token.size(); ++length) {
    EXPECT_EQ(parse_token(token.substr(0, length)).status().code(), StatusCode::kInvalidArgument)
        << length;
  }
  const auto message = [&](const std::string& from, const std::string& to) {
    std::string other = token;
    other.replace(other.find(from), from.size(), to);
    return parse_token(other).status().message();
  };
  EXPECT_THAT(message("loader\":1", "loader\":2"), HasSubstr("version 2"));
  EXPECT_THAT(message("\"epoch\":1", "\"epoch\":-1"), HasSubstr("broken"));
  EXPECT_THAT(message("\"epoch\":1", "\"epoch\":1.5"), HasSubstr("broken"));
  EXPECT_THAT(message("\"samples\":2", "\"samples\":18446744073709551615"), HasSubstr("broken"));
  EXPECT_THAT(message("00\"}", "0x\"}"), HasSubstr("broken"));
  EXPECT_THAT(message("00\"}", "0\"}"), HasSubstr("broken"));
  EXPECT_THAT(parse_token("[1]").status().message(), HasSubstr("not a loader's state"));
  EXPECT_THAT(parse_token(std::string(600, ' ')).status().message(), HasSubstr("512"));
}

TEST(LoaderState, OptionsThatDecideSamplesChangeTheFingerprint) {
  std::set<uint64_t> seen{options_fingerprint({})};
  const auto expect_other = [&](const char* what, auto change) {
    ImageLoaderOptions options;
    change(options);
    EXPECT_TRUE(seen.insert(options_fingerprint(options)).second) << what;
  };
  expect_other("seed", [](auto& o) { o.seed = 1; });
  expect_other("shuffle", [](auto& o) { o.shuffle = false; });
  expect_other("shuffle_block", [](auto& o) { o.shuffle_block = 64; });
  expect_other("tail", [](auto& o) { o.tail = TailPolicy::kPad; });
  expect_other("on_error", [](auto& o) { o.bad_samples.on_error = OnError::kSkip; });
  expect_other("preset", [](auto& o) { o.transform.preset = Preset::kEval; });
  expect_other("size", [](auto& o) { o.transform.size = 225; });
  expect_other("short side", [](auto& o) { o.transform.resize_short_side = 300; });
  expect_other("scale", [](auto& o) { o.transform.scale[0] = 0.1; });
  expect_other("aspect", [](auto& o) { o.transform.aspect_ratio[1] = 1.5; });
  expect_other("flip", [](auto& o) { o.transform.flip_probability = 0; });
  expect_other("mean", [](auto& o) { o.transform.mean[2] = 0; });
  expect_other("std", [](auto& o) { o.transform.std[0] = 1; });
  expect_other("exif", [](auto& o) { o.decode.apply_exif_orientation = true; });
  expect_other("strict", [](auto& o) { o.decode.strict_jpeg = true; });
  expect_other("accuracy", [](auto& o) { o.decode.accuracy = DecodeAccuracy::kFast; });
  expect_other("pixels", [](auto& o) { o.decode.max_pixels = 5; });
  expect_other("bytes", [](auto& o) { o.decode.max_encoded_bytes = 5; });
}

TEST(LoaderState, OptionsThatChangeNoSampleDoNot) {
  ImageLoaderOptions options;
  options.batch_size = 7;
  options.ranks = 3;
  options.rank = 1;
  options.threads = 5;
  options.prefetch_batches = 9;
  options.index = IndexUse::kOff;
  options.memory_budget_bytes = 1 << 30;
  options.decode.jpeg_decoder = JpegDecoderChoice::kLibjpeg;
  options.bad_samples.max_count = 5;
  options.bad_samples.quarantine = "x";
  options.last_epoch = 3;
  EXPECT_EQ(options_fingerprint(options), options_fingerprint({}));
}

}  // namespace
}  // namespace headrace
