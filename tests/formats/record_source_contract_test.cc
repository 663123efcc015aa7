// What every RecordSource promises, asked of each: an image folder, and record files made from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include "headrace/formats/path.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/shard_name.h"
#include "records.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::HasSubstr;

const std::string kPictures = HEADRACE_TEST_DATA "/sign-digits/val";

// Three shards and a manifest, as a conversion writes them.
void convert(const std::string& folder, bool with_manifest) {
  const auto source = open_record_source(kPictures).value();
  constexpr int64_t kShards = 3;
  Manifest manifest{"tfrecord", "original", source->class_names(), {}, kPictures, "test"};
  for (int64_t s = 0; s < kShards; ++s) {
    std::vector<Record> records;
    for (int64_t i = source->size() * s / kShards; i < source->size() * (s + 1) / kShards; ++i) {
      records.emplace_back();
      ASSERT_TRUE(source->read(records.back(), i).ok());
    }
    manifest.shards.push_back(write_shard(
        join_path(folder, format_shard_name({"val", s, kShards, ".tfrecord"})), records));
  }
  if (!with_manifest) return;
  ASSERT_TRUE(write_manifest(local_storage(), folder, manifest).ok());
}

enum class Kind { kFolder, kTfRecord, kTfRecordWithManifest };

class RecordSourceContract : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    std::string data = kPictures;
    if (GetParam() != Kind::kFolder) {
      convert(temp_.path(), GetParam() == Kind::kTfRecordWithManifest);
      data = temp_.path();
    }
    source_ = open_record_source(data).value();
  }

  const TempFolder temp_;
  std::unique_ptr<RecordSource> source_;
};

TEST_P(RecordSourceContract, HasTheSameRecordsUnderTheSameIds) {
  const auto folder = open_record_source("folder:" + kPictures).value();
  ASSERT_EQ(source_->size(), 201);
  ASSERT_EQ(folder->size(), 201);
  Record expected;
  Record record;
  for (int64_t i = source_->size() - 1; i >= 0; --i) {  // any order
    ASSERT_TRUE(folder->read(expected, i).ok());
    ASSERT_TRUE(source_->read(record, i).ok());
    EXPECT_EQ(as_text(record.image.view()), as_text(expected.image.view()));
    EXPECT_EQ(record.label, expected.label);
    EXPECT_EQ(record.class_name, expected.class_name);
    EXPECT_EQ(record.filename, expected.filename);
    EXPECT_EQ(as_text(record.image.view()).substr(0, 2), "\xff\xd8") << "a JPEG";
  }
}

TEST_P(RecordSourceContract, SaysWhatItIs) {
  EXPECT_EQ(source_->format(), GetParam() == Kind::kFolder ? "folder" : "tfrecord");
  if (GetParam() == Kind::kTfRecord) {
    EXPECT_EQ(source_->payload(), "unknown");
    EXPECT_TRUE(source_->class_names().empty());
  } else {
    EXPECT_EQ(source_->payload(), "original");
    EXPECT_THAT(source_->class_names(),
                testing::ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
  }
}

TEST_P(RecordSourceContract, LocatesEveryRecordElsewhere) {
  std::set<std::string> places;
  for (int64_t i = 0; i < source_->size(); ++i) {
    const RecordPlace place = source_->place(i);
    EXPECT_TRUE(std::filesystem::exists(place.file)) << place.file;
    EXPECT_EQ(source_->locate(i),
              place.offset < 0 ? place.file : place.file + " @ " + std::to_string(place.offset));
    places.insert(source_->locate(i));
  }
  EXPECT_EQ(static_cast<int64_t>(places.size()), source_->size());
}

TEST_P(RecordSourceContract, RefusesIdsThatAreNone) {
  Record record;
  for (const int64_t id : {int64_t{-1}, source_->size(), INT64_MIN, INT64_MAX}) {
    const Status status = source_->read(record, id);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.message(), HasSubstr("of 201"));
  }
}

TEST_P(RecordSourceContract, SetsEveryField) {
  Record fresh;
  ASSERT_TRUE(source_->read(fresh, 5).ok());
  Record used = make_record(std::string(1 << 20, 'x'), 99, "x", "y");
  used.width = used.height = used.channels = 9;
  used.image_format = "PNG";
  used.jpeg_index.resize(9);
  ASSERT_TRUE(source_->read(used, 5).ok());
  EXPECT_EQ(as_text(used.image.view()), as_text(fresh.image.view()));
  EXPECT_EQ(used.label, fresh.label);
  EXPECT_EQ(used.class_name, fresh.class_name);
  EXPECT_EQ(used.filename, fresh.filename);
  EXPECT_EQ(used.width, fresh.width);
  EXPECT_EQ(used.height, fresh.height);
  EXPECT_EQ(used.channels, fresh.channels);
  EXPECT_EQ(used.image_format, fresh.image_format);
  EXPECT_EQ(used.jpeg_index.size(), 0U);
}

TEST_P(RecordSourceContract, SaysWhichItIsAndWhereSideFilesBelong) {
  const std::string data = GetParam() == Kind::kFolder ? kPictures : temp_.path();
  EXPECT_EQ(open_record_source(data).value()->fingerprint(), source_->fingerprint());
  const SideFileHome home = source_->side_file_home();
  EXPECT_TRUE(std::filesystem::equivalent(home.folder, data));
  EXPECT_FALSE(home.name.empty());
  EXPECT_EQ(home.name.find('/'), std::string::npos);
}

TEST_P(RecordSourceContract, MayBeReadFromManyThreads) {
  std::vector<size_t> expected;
  Record record;
  for (int64_t i = 0; i < source_->size(); ++i) {
    ASSERT_TRUE(source_->read(record, i).ok());
    expected.push_back(std::hash<std::string_view>()(as_text(record.image.view())));
  }
  std::vector<int> bad(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < bad.size(); ++t) {
    threads.emplace_back([&, t] {
      Record mine;
      for (int64_t i = 0; i < source_->size(); ++i) {
        const auto at = static_cast<size_t>((i * 13 + static_cast<int64_t>(t)) % source_->size());
        bad[t] += !source_->read(mine, static_cast<int64_t>(at)).ok() ||
                  std::hash<std::string_view>()(as_text(mine.image.view())) != expected[at];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(bad, testing::ElementsAre(0, 0, 0, 0));
}

INSTANTIATE_TEST_SUITE_P(Sources, RecordSourceContract,
                         testing::Values(Kind::kFolder, Kind::kTfRecord,
                                         Kind::kTfRecordWithManifest));

}  // namespace
}  // namespace headrace
