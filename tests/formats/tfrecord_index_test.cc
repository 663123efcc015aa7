#include "headrace/formats/tfrecord_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "environment.h"
#include "faulty_storage.h"
#include "headrace/formats/tfrecord_index_cache.h"
#include "records.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(TfRecordIndex, IsTextAsTfrecord2idxWritesIt) {
  TfRecordIndex index;
  index.append(21);
  index.append(16);
  index.append(25);
  EXPECT_EQ(format_tfrecord_index(index), "0 21\n21 16\n37 25\n");
  const TfRecordIndex parsed = parse_tfrecord_index("0 21\n21 16\n37 25\n", 62).value();
  ASSERT_EQ(parsed.size(), 3);
  EXPECT_EQ(parsed.span(2), (RecordSpan{37, 25}));
  EXPECT_EQ(parse_tfrecord_index("", 0).value().size(), 0);
}

TEST(TfRecordIndex, WhatDoesNotFitTheFileIsRefused) {
  const auto message = [](std::string_view text, uint64_t bytes) {
    const Status status = parse_tfrecord_index(text, bytes).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << text;
    return status.message();
  };
  EXPECT_EQ(message("", 62), "covers 0 bytes of a file of 62");
  EXPECT_EQ(message("0 21\n21 16\n", 62), "covers 37 bytes of a file of 62");
  EXPECT_EQ(message("0 21\n", 20), "line 1: no room for a record of 21 bytes at 0 of 20");
  EXPECT_EQ(message("0 21\n22 16\n", 62), "line 2 starts at 22, the record before ends at 21");
  EXPECT_EQ(message("0 21\n0 21\n", 62), "line 2 starts at 0, the record before ends at 21");
  EXPECT_EQ(message("0 15\n", 62), "line 1: no room for a record of 15 bytes at 0 of 62");
  EXPECT_EQ(message("0 18446744073709551615\n", 62),
            "line 1: no room for a record of 18446744073709551615 bytes at 0 of 62");
}

TEST(TfRecordIndex, WhatIsNoIndexIsRefused) {
  for (const std::string_view text :
       {"0", "0 62", "0 62 ", "0  62\n", " 0 62\n", "0 62\r\n", "-0 62\n", "0 +62\n", "a b\n", "\n",
        "0 99999999999999999999\n", "0 62\n\n", "\xff\xfe"}) {
    EXPECT_THAT(parse_tfrecord_index(text, 62).status().message(),
                HasSubstr("is not \"OFFSET SIZE\""))
        << text;
  }
}

class IndexCacheTest : public testing::Test {
 protected:
  IndexCacheTest() {
    environment_.set("HEADRACE_CACHE", cache_ / "deep/er");
    write_numbered_shard(shard_, 0, 10);
    index_text_ = data_.read("s.tfrecord.idx");
    std::filesystem::remove(index_path_);
  }

  Result<TfRecordIndex> open(const Storage& storage = local_storage()) const {
    return open_tfrecord_index(storage, *local_storage().open(shard_).value());
  }
  std::vector<std::string> cached() const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(cache_ / "deep/er")) return names;
    for (const auto& entry : std::filesystem::directory_iterator(cache_ / "deep/er"))
      names.push_back(entry.path().string());
    return names;
  }

  Environment environment_;
  const TempFolder data_;
  const TempFolder cache_;
  const std::string shard_ = data_ / "s.tfrecord";
  const std::string index_path_ = data_ / "s.tfrecord.idx";
  std::string index_text_;
};

TEST_F(IndexCacheTest, IsBuiltOnFirstUseBesideTheShard) {
  EXPECT_EQ(open().value().size(), 10);
  EXPECT_EQ(data_.read("s.tfrecord.idx"), index_text_);
  EXPECT_THAT(cached(), ElementsAre());
  EXPECT_THAT(data_.names(), ElementsAre("s.tfrecord", "s.tfrecord.idx"));
}

TEST_F(IndexCacheTest, IsUsedWhereItIs) {
  ASSERT_TRUE(open().ok());
  const auto written = std::filesystem::last_write_time(index_path_);
  EXPECT_EQ(open().value().size(), 10);
  EXPECT_EQ(std::filesystem::last_write_time(index_path_), written);
}

TEST_F(IndexCacheTest, AStaleOneIsRebuiltNeverUsed) {
  for (const std::string& stale :
       {std::string(), std::string("garbage"),
        index_text_.substr(0, index_text_.rfind('\n', index_text_.size() - 2) + 1),
        std::string(1 << 20, '1')}) {
    data_.write("s.tfrecord.idx", stale);
    EXPECT_EQ(open().value().size(), 10);
    EXPECT_EQ(data_.read("s.tfrecord.idx"), index_text_);
  }
}

TEST_F(IndexCacheTest, OneOfAnotherShardOfTheSameSizeIsRebuilt) {
  const uint64_t size = data_.read("s.tfrecord").size();
  data_.write("s.tfrecord.idx", fmt::format("0 100\n100 {}\n", size - 100));
  EXPECT_EQ(open().value().size(), 10);
  EXPECT_EQ(data_.read("s.tfrecord.idx"), index_text_);
}

TEST_F(IndexCacheTest, ReadOnlyDataGetsItInTheCacheFolder) {
  FaultyStorage storage;
  storage.no_create = data_.path();
  EXPECT_EQ(open(storage).value().size(), 10);
  EXPECT_THAT(data_.names(), ElementsAre("s.tfrecord"));
  ASSERT_EQ(cached().size(), 1U);
  const auto written = std::filesystem::last_write_time(cached()[0]);
  EXPECT_EQ(open(storage).value().size(), 10);
  ASSERT_EQ(cached().size(), 1U);
  EXPECT_EQ(std::filesystem::last_write_time(cached()[0]), written) << "used, not rebuilt";

  write_numbered_shard(shard_, 0, 11);
  std::filesystem::remove(index_path_);
  EXPECT_EQ(open(storage).value().size(), 11);
  EXPECT_EQ(cached().size(), 2U) << "another file under the old path has its own";
}

TEST_F(IndexCacheTest, NowhereToKeepItIsNoError) {
  FaultyStorage storage;
  storage.no_create = "/";
  EXPECT_EQ(open(storage).value().size(), 10);
}

TEST_F(IndexCacheTest, ADamagedLengthIsAnErrorWithoutAnIndexAndOneRecordWithIt) {
  ASSERT_TRUE(open().ok());
  std::string content = data_.read("s.tfrecord");
  const RecordSpan last = open().value().span(9);
  content[last.offset] = static_cast<char>(content[last.offset] ^ 1);
  data_.write("s.tfrecord", content);
  EXPECT_EQ(open().value().size(), 10) << "the others can be read";
  std::filesystem::remove(index_path_);
  const Status status = open().status();
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), HasSubstr(fmt::format("{} @ {}: bad length", shard_, last.offset)));
}

TEST_F(IndexCacheTest, TheCacheFolderFollowsTheEnvironment) {
  EXPECT_EQ(cache_folder(), cache_ / "deep/er");
  environment_.set("HEADRACE_CACHE", "");
  environment_.set("XDG_CACHE_HOME", "/x");
  EXPECT_EQ(cache_folder(), "/x/headrace");
  environment_.set("XDG_CACHE_HOME", "");
  environment_.set("HOME", "/h");
  EXPECT_EQ(cache_folder(), "/h/.cache/headrace");
  environment_.set("HOME", "");
  EXPECT_EQ(cache_folder(), "");
}

}  // namespace
}  // namespace headrace
