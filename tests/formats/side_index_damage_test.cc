// A side index whose bytes are not what they should be: what it gives is right, or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

#include "environment.h"
#include "headrace/base/keyed_random.h"
#include "headrace/formats/crc32c.h"
#include "side_index_data.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;

constexpr int64_t kRecords = 6;
const std::string kName = ".headrace-set.test";

class SideIndexDamage : public testing::Test {
 protected:
  SideIndexDamage() {
    environment_.set("HEADRACE_CACHE", cache_.path());
    {
      const auto index = open_index(source_);
      for (int64_t record = 0; record < kRecords; record += 2) add_blob(*index, record);
    }
    bytes_ = data_.read(kName);
  }

  // How many of the records' blobs are there; those must be right.
  int good(const SideIndex& index) const {
    int count = 0;
    for (int64_t record = 0; record < kRecords; ++record) {
      const std::string blob = read_blob(index, record);
      if (blob.empty()) continue;
      EXPECT_EQ(blob, make_blob(record)) << record;
      ++count;
    }
    return count;
  }

  // What a reader that meets `bytes` gets; none where the file is refused. Then a writer, which
  // must be able to store everything again.
  std::optional<int> good_after(const std::string& bytes) const {
    std::filesystem::remove(data_ / kName);
    data_.write(kName, bytes);
    std::optional<int> read;
    if (auto index = open_side_index(source_, "test", SideIndexMode::kRead); index.ok())
      read = good(**index);
    const auto index = open_index(source_);
    EXPECT_EQ(good(*index), read.value_or(0));
    for (int64_t record = 0; record < kRecords; ++record) add_blob(*index, record);
    EXPECT_TRUE(index->flush().ok());
    EXPECT_EQ(good(*index), kRecords);
    EXPECT_THAT(data_.names(), ElementsAre(kName));
    return read;
  }

  Environment environment_;
  const TempFolder data_;
  const TempFolder cache_;
  const NamedSource source_{data_.path(), kRecords};
  std::string bytes_;
};

constexpr size_t kHeapBegin = 32 + 8 * kRecords;

TEST_F(SideIndexDamage, NoFlippedBitGivesAWrongBlob) {
  EXPECT_EQ(good_after(bytes_), 3);
  for (size_t at = 0; at < bytes_.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes_;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      const std::optional<int> read = good_after(damaged);
      if (at < 32) {
        EXPECT_EQ(read, std::nullopt) << "header, byte " << at;
      } else {
        ASSERT_TRUE(read.has_value()) << "byte " << at;
        EXPECT_GE(*read, 2) << "one blob at most is lost, byte " << at;
      }
    }
  }
}

TEST_F(SideIndexDamage, NoTruncationGivesAWrongBlob) {
  int previous = 0;
  for (size_t size = 0; size <= bytes_.size(); ++size) {
    const std::optional<int> read = good_after(bytes_.substr(0, size));
    EXPECT_EQ(read.has_value(), size >= kHeapBegin) << size;
    EXPECT_GE(read.value_or(0), previous);
    previous = read.value_or(0);
  }
  EXPECT_EQ(previous, 3);
}

TEST_F(SideIndexDamage, MutatedBytesNeverHarm) {
  int used = 0;
  for (uint64_t round = 0; round < 2000; ++round) {
    KeyedRandom random({1, 2, round}, RandomPurpose::kCrop);
    std::string bytes = bytes_;
    for (uint32_t edits = 1 + random.below(8); edits > 0; --edits) {
      // Not in the header, where a checksum would tell at once.
      const size_t at = 32 + random.below(static_cast<uint32_t>(bytes.size() - 32));
      const size_t from = 32 + random.below(static_cast<uint32_t>(bytes.size() - 32));
      const size_t count = std::min(bytes.size() - std::max(at, from), size_t{random.below(32)});
      if (random.below(2) == 0) {
        bytes[at] = static_cast<char>(random.next_u32());
      } else {
        bytes.replace(at, count, bytes.substr(from, count));
      }
    }
    used += good_after(bytes).value();
  }
  EXPECT_GT(used, 1000);
}

TEST_F(SideIndexDamage, AFileCutShortWhileItIsOpenIsNoCrash) {
  const auto index = open_index(source_);
  for (const size_t size : {bytes_.size() - 8, kHeapBegin, size_t{33}, size_t{0}}) {
    std::filesystem::resize_file(data_ / kName, size);
    EXPECT_LT(good(*index), 3);
    EXPECT_EQ(index->entries(), size >= kHeapBegin ? good(*index) : 0);
  }
  add_blob(*index, 1);
  EXPECT_EQ(index->flush().code(), StatusCode::kCorruptData);
}

TEST_F(SideIndexDamage, OneOfOtherDataIsReplaced) {
  for (const NamedSource& other :
       {NamedSource(data_.path(), kRecords, 8), NamedSource(data_.path(), kRecords - 1),
        NamedSource(data_.path(), kRecords + 1)}) {
    data_.write(kName, bytes_);
    const auto old = open_index(source_);
    EXPECT_EQ(open_side_index(other, "test", SideIndexMode::kRead).status().code(),
              StatusCode::kNotFound);
    EXPECT_EQ(data_.read(kName), bytes_) << "not by a reader";
    {
      const auto index = open_index(other);
      EXPECT_EQ(index->entries(), 0);
      index->add(1, as_bytes("other"));
    }
    EXPECT_EQ(read_blob(*open_index(other), 1), "other");
    EXPECT_EQ(good(*old), 3) << "goes on with its file";
  }
}

TEST_F(SideIndexDamage, AnotherVersionIsReplaced) {
  bytes_[24] = 2;
  const uint32_t checksum = crc32c(as_bytes(bytes_).first(28));
  for (size_t i = 0; i < 4; ++i) bytes_[28 + i] = static_cast<char>(checksum >> (8 * i));
  EXPECT_EQ(good_after(bytes_), std::nullopt);
  EXPECT_EQ(data_.read(kName)[24], 1);
}

TEST_F(SideIndexDamage, OnlyFilesAreOpened) {
  const std::string path = data_ / kName;
  const std::string target = data_.write("target", bytes_);
  const auto in_cache = [&] { return open_index(source_)->path().starts_with(cache_.path()); };
  std::filesystem::remove(path);
  std::filesystem::create_symlink(target, path);
  EXPECT_TRUE(in_cache()) << "a link is not followed";
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  EXPECT_TRUE(in_cache());
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(in_cache());
  EXPECT_TRUE(std::filesystem::is_fifo(path)) << "what is not ours stays";
  EXPECT_EQ(data_.read("target"), bytes_);
}

}  // namespace
}  // namespace headrace
