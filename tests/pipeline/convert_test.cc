#include "headrace/pipeline/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "fake_source.h"
#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/image_loader.h"

namespace headrace {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kPictures = HEADRACE_TEST_DATA "/sign-digits/val";

class Convert : public testing::Test {
 protected:
  Convert()
      : folder_(fs::temp_directory_path() / ("headrace-convert-" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Convert() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // Every file of a folder: name to bytes.
  static std::map<std::string, std::string> contents(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename().string()] =
          std::string(std::istreambuf_iterator<char>(file), {});
    }
    return files;
  }

  const fs::path folder_;
};

std::string digest_of(const std::string& data) {
  ImageLoaderOptions options{.batch_size = 16, .threads = 2};
  options.transform.size = 32;
  const auto loader = open_image_loader(data, options).value();
  BatchDigest digest;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (BatchPtr& batch : loader->epoch(epoch)) digest.add(*batch);
  }
  return digest.hex();
}

TEST_F(Convert, AFolderAndItsRecordsGiveTheSameBatches) {
  const auto source = open_record_source(kPictures).value();
  const ConvertResult result =
      convert_to_tfrecord(*source, path("records"), {.shards = 3, .threads = 2}).value();
  EXPECT_EQ(result.records, source->size());
  EXPECT_EQ(result.shards, 3);
  const auto records = open_record_source(path("records")).value();
  EXPECT_EQ(records->class_names(), source->class_names());
  EXPECT_EQ(records->payload(), "original");
  EXPECT_EQ(digest_of(path("records")), digest_of(kPictures));
}

TEST_F(Convert, BytesAndLabelsStayAsTheyAre) {
  const auto source = open_record_source(kPictures).value();
  ASSERT_TRUE(convert_to_tfrecord(*source, path("records"), {.shards = 2}).ok());
  const auto records = open_record_source(path("records")).value();
  ASSERT_EQ(records->size(), source->size());
  Record a;
  Record b;
  for (int64_t i = 0; i < source->size(); ++i) {
    ASSERT_TRUE(source->read(a, i).ok());
    ASSERT_TRUE(records->read(b, i).ok());
    ASSERT_EQ(as_text(a.image.view()), as_text(b.image.view()));
    ASSERT_EQ(a.label, b.label);
    ASSERT_EQ(a.class_name, b.class_name);
    ASSERT_EQ(a.filename, b.filename);
    ASSERT_EQ(b.width, 100);
    ASSERT_EQ(b.image_format, "JPEG");
  }
}

TEST_F(Convert, TheSameBytesForAnyNumberOfThreads) {
  const auto source = open_record_source(kPictures).value();
  for (const int threads : {1, 4}) {
    fs::create_directories(path(std::to_string(threads)));
    const ConvertOptions options{.shards = 5, .threads = threads};
    const std::string target = path(std::to_string(threads) + "/records");
    ASSERT_TRUE(convert_to_tfrecord(*source, target, options).ok());
  }
  EXPECT_EQ(contents(path("1/records")), contents(path("4/records")));
}

TEST_F(Convert, TheFirstBadRecordIsNamedAndNothingIsLeft) {
  FakeSource source(100);
  source.bytes_of[40] = "this is no picture";
  source.failures[70] = io_error("the disk is on fire");
  for (const int threads : {1, 4}) {
    const ConvertOptions options{.shards = 10, .threads = threads};
    const Status status = convert_to_tfrecord(source, path("records"), options).status();
    EXPECT_THAT(status.message(), AllOf(HasSubstr("fake:40"), HasSubstr("not a picture")));
    EXPECT_TRUE(fs::is_empty(folder_));
  }
}

TEST_F(Convert, LaterShardsGiveUpWhenAnEarlierOneHasFailed) {
  FakeSource source(1000);
  source.failures[0] = io_error("gone");
  ASSERT_FALSE(convert_to_tfrecord(source, path("records"), {.shards = 10, .threads = 2}).ok());
  EXPECT_LT(source.reads, 500);
}

TEST_F(Convert, AStopLeavesNothing) {
  FakeSource source(200);
  std::stop_source stop;
  ConvertOptions options{.shards = 1, .threads = 1};
  options.stop = stop.get_token();
  options.on_progress = [&](int64_t) { stop.request_stop(); };
  EXPECT_EQ(convert_to_tfrecord(source, path("records"), options).status().code(),
            StatusCode::kCancelled);
  EXPECT_LT(source.reads, 200);
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(Convert, RefusesATargetThatHoldsFiles) {
  fs::create_directories(path("records"));
  std::ofstream(path("records/precious.txt")) << "keep me";
  const Status status = convert_to_tfrecord(FakeSource(4), path("records"), {}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(),
              AllOf(HasSubstr(path("records")), HasSubstr("already holds files")));
  EXPECT_EQ(contents(path("records")).at("precious.txt"), "keep me");
}

TEST_F(Convert, NamesATargetThatCannotBeMade) {
  std::ofstream(path("file")) << "not a folder";
  const Status status = convert_to_tfrecord(FakeSource(4), path("file/records"), {}).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr(path("file/records")));
}

TEST_F(Convert, WhatAKilledConversionLeftIsReplaced) {
  fs::create_directories(path("records.partial"));
  std::ofstream(path("records.partial/half-a-shard")) << "...";
  std::ofstream(path("records.partial/.headrace-partial")) << "";
  ASSERT_TRUE(convert_to_tfrecord(FakeSource(4), path("records"), {}).ok());
  EXPECT_FALSE(fs::exists(path("records/half-a-shard")));
  EXPECT_FALSE(fs::exists(path("records.partial")));
}

TEST_F(Convert, ShardsBeyondTheRecordsAreRefused) {
  const Status status = convert_to_tfrecord(FakeSource(4), path("records"), {.shards = 5}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("shards is 5"));
}

}  // namespace
}  // namespace headrace
