#include "headrace/formats/tfrecord_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "headrace/formats/record_source.h"
#include "records.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using SourceResult = Result<std::unique_ptr<RecordSource>>;

SourceResult open(const std::vector<std::string>& paths, const TfRecordOptions& options = {}) {
  return open_tfrecord_source(local_storage(), paths, std::nullopt, options);
}

std::string image_text(const RecordSource& source, int64_t i) {
  Record record;
  const Status status = source.read(record, i);
  return status.ok() ? std::string(as_text(record.image.view())) : status.message();
}

void flip_byte(const TempFolder& temp, std::string_view name, size_t at) {
  std::string content = temp.read(name);
  content[at] = static_cast<char>(content[at] ^ 0x10);
  temp.write(name, content);
}

TEST(TfRecordSource, NumbersRecordsThroughTheShards) {
  const TempFolder temp;
  write_numbered_shard(temp / "a.tfrecord", 0, 3);
  write_shard(temp / "b.tfrecord", {});  // an empty shard is fine
  write_numbered_shard(temp / "c.tfrecord", 3, 2);
  const auto source = open({temp / "a.tfrecord", temp / "b.tfrecord", temp / "c.tfrecord"}).value();
  ASSERT_EQ(source->size(), 5);
  for (int64_t i = 0; i < 5; ++i) EXPECT_EQ(image_text(*source, i), fmt::format("image {}", i));
  EXPECT_EQ(source->locate(0), temp / "a.tfrecord @ 0");
  EXPECT_EQ(source->locate(3), temp / "c.tfrecord @ 0");
  EXPECT_EQ(source->locate(4),
            fmt::format("{} @ {}", temp / "c.tfrecord", temp.read("c.tfrecord").size() / 2));
}

TEST(TfRecordSource, ADamagedRecordIsOneErrorWithItsPlace) {
  const TempFolder temp;
  write_numbered_shard(temp / "s.tfrecord", 0, 3);
  const size_t size = temp.read("s.tfrecord").size() / 3;
  flip_byte(temp, "s.tfrecord", size + 20);  // data of the second
  const auto source = open({temp / "s.tfrecord"}).value();
  EXPECT_EQ(image_text(*source, 0), "image 0");
  EXPECT_EQ(image_text(*source, 2), "image 2");
  Record record;
  const Status status = source->read(record, 1);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), StartsWith(source->locate(1) + ": bad data checksum"));
}

TEST(TfRecordSource, ARecordThatIsNoPictureSaysWhichFeatureAndWhere) {
  const TempFolder temp;
  TfRecordWriter writer = TfRecordWriter::create(local_storage(), temp / "s.tfrecord").value();
  ASSERT_TRUE(writer.append(as_bytes("")).ok());
  ASSERT_TRUE(writer.append(as_bytes("nonsense")).ok());
  ASSERT_TRUE(writer.commit().ok());
  const auto source = open({temp / "s.tfrecord"}).value();
  EXPECT_EQ(image_text(*source, 0), temp / "s.tfrecord @ 0: no feature image/encoded");
  EXPECT_EQ(image_text(*source, 1), temp / "s.tfrecord @ 16: 8 bytes that are no tf.Example");
}

TEST(TfRecordSource, ATruncatedShardIsNamed) {
  const TempFolder temp;
  write_numbered_shard(temp / "s.tfrecord", 0, 3);
  const size_t size = temp.read("s.tfrecord").size();
  std::filesystem::resize_file(temp / "s.tfrecord", size - 1);
  const Status status = open({temp / "s.tfrecord"}).status();
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(),
              StartsWith(fmt::format("{} @ {}: truncated", temp / "s.tfrecord", size / 3 * 2)));
}

TEST(TfRecordSource, WhatIsNotThereOrEmptyIsNotFound) {
  const TempFolder temp;
  EXPECT_EQ(open({temp / "gone.tfrecord"}).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(open({temp / "gone.tfrecord"}).status().message(), HasSubstr(temp / "gone.tfrecord"));
  write_shard(temp / "empty.tfrecord", {});
  EXPECT_EQ(open({temp / "empty.tfrecord"}).status().message(),
            temp / "empty.tfrecord: no record in it");
  EXPECT_EQ(open({}).status().code(), StatusCode::kInvalidArgument);
}

TEST(TfRecordSource, LabelsMayStartAtOne) {
  const TempFolder temp;
  std::vector<Record> records;
  records.push_back(make_record("x", 1));
  records.push_back(make_record("x", 0));
  write_shard(temp / "s.tfrecord", records);
  const auto source = open({temp / "s.tfrecord"}, {.first_label = 1}).value();
  Record record;
  ASSERT_TRUE(source->read(record, 0).ok());
  EXPECT_EQ(record.label, 0);
  EXPECT_THAT(source->read(record, 1).message(), HasSubstr("classes are numbered from 1"));
  EXPECT_EQ(open({temp / "s.tfrecord"}, {.first_label = -1}).status().code(),
            StatusCode::kInvalidArgument);
}

// More shards than the process may have files open.
TEST(TfRecordSource, NeedsFewFileDescriptors) {
  const TempFolder temp;
  std::vector<std::string> paths;
  for (int i = 0; i < 30; ++i) {
    paths.push_back(temp / fmt::format("{:02}.tfrecord", i));
    write_numbered_shard(paths.back(), i, 1);
  }
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 24;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &small), 0);
  const SourceResult a = open(paths);
  const SourceResult b = open(paths);
  std::vector<std::string> texts;
  for (int64_t i = 0; a.ok() && b.ok() && i < 30; ++i) {
    texts.push_back(image_text(**a, i));
    texts.push_back(image_text(**b, i));
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_EQ(texts.size(), 60U);
  for (size_t i = 0; i < 60; ++i) EXPECT_EQ(texts[i], fmt::format("image {}", i / 2));
}

class ManifestOfSource : public testing::Test {
 protected:
  ManifestOfSource() {
    manifest_ = {"tfrecord", "original", {"a", "b", "c"}, {}, "test", "test"};
    for (int s = 0; s < 2; ++s)
      manifest_.shards.push_back(write_numbered_shard(temp_ / name(s), 3 * s, 3));
    write();
  }
  static std::string name(int s) { return fmt::format("t-0000{}-of-00002.tfrecord", s); }
  void write() { EXPECT_TRUE(write_manifest(local_storage(), temp_.path(), manifest_).ok()); }
  SourceResult open() const { return open_record_source(temp_.path()); }

  const TempFolder temp_;
  Manifest manifest_;
};

TEST_F(ManifestOfSource, GivesNamesAndPayload) {
  const auto source = open().value();
  EXPECT_EQ(source->payload(), "original");
  EXPECT_THAT(source->class_names(), ElementsAre("a", "b", "c"));
  Record record;
  ASSERT_TRUE(source->read(record, 4).ok());
  EXPECT_EQ(record.class_name, "b") << "not stored in the record";
  const auto part = open_record_source(temp_ / name(1)).value();
  EXPECT_EQ(part->size(), 3) << "one shard of it";
  EXPECT_THAT(part->class_names(), ElementsAre("a", "b", "c"));
}

TEST_F(ManifestOfSource, IndexedRecordsSaySoAndHaveTheirIndex) {
  std::vector<Record> records;
  for (int i = 0; i < 3; ++i) {
    records.push_back(make_record("image " + std::to_string(i), i));
    records.back().jpeg_index.resize(1);
    *records.back().jpeg_index.data() = static_cast<uint8_t>('a' + i);
  }
  records[1].jpeg_index.resize(0);  // a picture that can have none
  manifest_.payload = "indexed";
  manifest_.shards[0] = write_shard(temp_ / name(0), records);
  write();
  const auto source = open().value();
  EXPECT_EQ(source->payload(), "indexed");
  Record record;
  for (const auto& [index, text] : {std::pair(2, "c"), std::pair(1, ""), std::pair(0, "a")}) {
    ASSERT_TRUE(source->read(record, index).ok());
    EXPECT_EQ(as_text(record.jpeg_index.view()), text);
    EXPECT_EQ(as_text(record.image.view()), "image " + std::to_string(index));
  }
}

TEST_F(ManifestOfSource, ALabelBeyondTheClassesIsCorrupt) {
  manifest_.class_names = {"a", "b"};
  write();
  const auto source = open().value();
  EXPECT_EQ(image_text(*source, 1), "image 1");
  EXPECT_EQ(image_text(*source, 2), source->locate(2) + ": label 2 of 2 classes");
}

TEST_F(ManifestOfSource, AMissingShardIsNamed) {
  std::filesystem::remove(temp_ / name(1));
  EXPECT_EQ(open().status().code(), StatusCode::kNotFound);
  EXPECT_EQ(open().status().message(),
            fmt::format("{}: {} is missing, headrace.json names it", temp_.path(), name(1)));
}

TEST_F(ManifestOfSource, AShardItDoesNotNameIsAnError) {
  write_numbered_shard(temp_ / "other.tfrecord", 0, 1);
  EXPECT_EQ(open().status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(open().status().message(),
            temp_.path() + ": other.tfrecord is not named in headrace.json");
  EXPECT_EQ(open_record_source(temp_ / "other.tfrecord").status().message(),
            temp_ / "other.tfrecord: not named in headrace.json");
}

TEST_F(ManifestOfSource, AShardOfAnotherSizeIsNamed) {
  const uint64_t size = temp_.read(name(0)).size();
  manifest_.shards[0].bytes += 1;
  write();
  EXPECT_EQ(open().status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(open().status().message(), fmt::format("{}: has {} bytes, headrace.json says {}",
                                                   temp_ / name(0), size, size + 1));
}

TEST_F(ManifestOfSource, AnotherRecordCountIsAnError) {
  manifest_.shards[1].records = 4;
  write();
  EXPECT_EQ(open().status().message(), temp_ / name(1) + ": has 3 records, headrace.json says 4");
}

TEST_F(ManifestOfSource, AnotherFormatIsAnError) {
  manifest_.format = "webdataset";
  write();
  EXPECT_THAT(open().status().message(), HasSubstr("format \"webdataset\""));
}

TEST_F(ManifestOfSource, ABrokenOneIsAnErrorThatNamesIt) {
  temp_.write("headrace.json", "{");
  EXPECT_EQ(open().status().code(), StatusCode::kCorruptData);
  EXPECT_EQ(open().status().message(), temp_ / "headrace.json: no JSON object");
}

TEST_F(ManifestOfSource, IsNeverRequired) {
  std::filesystem::remove(temp_ / "headrace.json");
  const auto source = open().value();
  EXPECT_EQ(source->size(), 6);
  EXPECT_TRUE(source->class_names().empty());
  EXPECT_EQ(source->payload(), "unknown");
}

}  // namespace
}  // namespace headrace
