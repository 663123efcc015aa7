#include "headrace/formats/side_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <thread>

#include "environment.h"
#include "side_index_data.h"
#include "support/allocation_counter.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kName = ".headrace-set.test";

class SideIndexTest : public testing::Test {
 protected:
  SideIndexTest() { environment_.set("HEADRACE_CACHE", "/proc/self"); }

  Environment environment_;
  const TempFolder data_;
  const NamedSource source_{data_.path(), 1000};
};

TEST_F(SideIndexTest, GivesBackWhatWasAdded) {
  const auto index = open_index(source_);
  EXPECT_EQ(index->path(), data_ / kName);
  EXPECT_EQ(index->records(), 1000);
  for (int64_t record = 0; record < 1000; record += 3) add_blob(*index, record);
  EXPECT_TRUE(index->flush().ok());
  EXPECT_EQ(index->entries(), 334);
  for (const auto& opened : {open_index(source_), open_index(source_, SideIndexMode::kRead)}) {
    EXPECT_EQ(opened->entries(), 334);
    for (int64_t record = 0; record < 1000; ++record)
      EXPECT_EQ(read_blob(*opened, record), record % 3 == 0 ? make_blob(record) : "");
  }
  EXPECT_THAT(data_.names(), ElementsAre(kName));
}

TEST_F(SideIndexTest, GoldenBytes) {
  const NamedSource source(data_.path(), 2, 0x1122334455667788U);
  open_index(source)->add(1, as_bytes("alpha"));
  EXPECT_EQ(data_.read(kName), std::string("HRSIDEIX"
                                           "\x02\0\0\0\0\0\0\0"
                                           "\x88\x77\x66\x55\x44\x33\x22\x11"
                                           "\x01\0\0\0"
                                           "\x99\x07\x0a\x6f"
                                           "\0\0\0\0\0\0\0\0"
                                           "\x05\0\0\x06\0\0\0\0"
                                           "\x01\0\0\0\0\0\0\0"
                                           "\x05\0\0\0"
                                           "\x79\x32\x53\x92"
                                           "alpha\0\0\0",
                                           72));
}

TEST_F(SideIndexTest, WhatIsAddedIsSeenOnceItIsWritten) {
  const auto index = open_index(source_);
  const auto reader = open_index(source_, SideIndexMode::kRead);
  add_blob(*index, 5);
  EXPECT_EQ(read_blob(*index, 5), "");
  EXPECT_TRUE(index->flush().ok());
  EXPECT_EQ(read_blob(*index, 5), make_blob(5));
  EXPECT_EQ(read_blob(*reader, 5), make_blob(5)) << "by those who had it open, too";

  const std::string large(300000, 'x');  // four of them are a batch
  for (int64_t record = 10; record < 14; ++record) index->add(record, as_bytes(large));
  EXPECT_EQ(read_blob(*reader, 13), large) << "a full batch needs no flush";
}

TEST_F(SideIndexTest, TheDestructorWritesTheRest) {
  add_blob(*open_index(source_), 5);
  EXPECT_EQ(read_blob(*open_index(source_), 5), make_blob(5));
}

TEST_F(SideIndexTest, ALaterBlobReplacesAnEarlierOne) {
  const auto index = open_index(source_);
  add_blob(*index, 5, 1);
  add_blob(*index, 5, 2);
  EXPECT_TRUE(index->flush().ok());
  EXPECT_EQ(read_blob(*index, 5), make_blob(5, 2));
  add_blob(*index, 5, 3);
  EXPECT_TRUE(index->flush().ok());
  EXPECT_EQ(read_blob(*index, 5), make_blob(5, 3));
  EXPECT_EQ(index->entries(), 1);
}

TEST_F(SideIndexTest, WhatCannotBeStoredIsIgnored) {
  const auto index = open_index(source_);
  for (const int64_t record : {int64_t{-1}, int64_t{1000}, INT64_MIN, INT64_MAX}) {
    index->add(record, as_bytes("blob"));
    EXPECT_EQ(read_blob(*index, record), "");
  }
  const std::string most(kMaxSideBlobBytes, 'x');
  for (const int64_t record : {1, 2}) index->add(record, as_bytes(most));
  index->add(1, {});
  index->add(2, as_bytes(most + "x"));
  EXPECT_TRUE(index->flush().ok());
  EXPECT_EQ(index->entries(), 2);
  for (const int64_t record : {1, 2}) EXPECT_EQ(read_blob(*index, record), most);
}

TEST_F(SideIndexTest, ReadingDoesNotAllocate) {
  const auto index = open_index(source_);
  for (int64_t record = 0; record < 1000; record += 2) add_blob(*index, record);
  ASSERT_TRUE(index->flush().ok());
  ByteBuffer blob;
  blob.resize(1000);
  const int before = allocations();
  for (int64_t record = 0; record < 1000; ++record) index->read(blob, record);
  EXPECT_EQ(allocations(), before);
}

// Lowers the size that files of this process may grow to.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

// As on a full disk. Without the check of the limit, SIGXFSZ would end the test.
TEST_F(SideIndexTest, AFileThatCannotGrowStopsAddingNotReading) {
  const auto index = open_index(source_);
  add_blob(*index, 5);
  ASSERT_TRUE(index->flush().ok());
  {
    const FileSizeLimit limit(std::filesystem::file_size(index->path()) + 100);
    for (int64_t record = 10; record < 20; ++record) add_blob(*index, record);
    EXPECT_EQ(index->flush().code(), StatusCode::kIoError);
  }
  EXPECT_THAT(index->adding().message(), HasSubstr("cannot write " + index->path()));
  add_blob(*index, 6);
  EXPECT_FALSE(index->flush().ok()) << "for this run";
  EXPECT_EQ(read_blob(*index, 5), make_blob(5));
  EXPECT_EQ(index->entries(), 1);

  add_blob(*open_index(source_), 6);
  EXPECT_EQ(read_blob(*index, 6), make_blob(6)) << "others go on";
}

// A write that fails half way.
TEST_F(SideIndexTest, ADiskThatFillsUpLeavesWhatWasWritten) {
  {
    const auto index = open_index(source_);
    add_blob(*index, 5);
    ASSERT_TRUE(index->flush().ok());
    std::filesystem::resize_file(index->path(), std::filesystem::file_size(index->path()) + 1001);
    for (int64_t record = 10; record < 20; ++record) add_blob(*index, record);
  }
  const auto index = open_index(source_);
  EXPECT_EQ(index->entries(), 11);
  for (int64_t record = 10; record < 20; ++record)
    EXPECT_EQ(read_blob(*index, record), make_blob(record));
}

TEST_F(SideIndexTest, AFileThatIsGoneIsNotWrittenTo) {
  const auto index = open_index(source_);
  add_blob(*index, 5);
  ASSERT_TRUE(index->flush().ok());
  std::filesystem::remove(index->path());
  add_blob(*index, 6);
  EXPECT_THAT(index->flush().message(), HasSubstr("removed or replaced"));
  EXPECT_EQ(read_blob(*index, 5), make_blob(5));
  EXPECT_THAT(data_.names(), IsEmpty());
}

TEST_F(SideIndexTest, GarbageIsClearedOnOpening) {
  const auto size = [&] { return std::filesystem::file_size(data_ / kName); };
  const std::string large(100000, 'x');
  {
    const auto index = open_index(source_);
    for (int64_t record = 0; record < 20; ++record) index->add(record, as_bytes(large));
    ASSERT_TRUE(index->flush().ok());
    for (int64_t record = 0; record < 20; ++record) add_blob(*index, record);
  }
  const auto old_size = size();
  EXPECT_GT(old_size, 2000000U);
  const auto reader = open_index(source_, SideIndexMode::kRead);
  EXPECT_EQ(size(), old_size) << "not by a reader";
  const auto index = open_index(source_);
  EXPECT_LT(size(), 20000U);
  EXPECT_EQ(index->entries(), 20);
  for (int64_t record = 0; record < 20; ++record) {
    EXPECT_EQ(read_blob(*index, record), make_blob(record));
    EXPECT_EQ(read_blob(*reader, record), make_blob(record)) << "goes on with the old file";
  }
  EXPECT_TRUE(index->adding().ok());
  EXPECT_THAT(data_.names(), ElementsAre(kName)) << "nothing left over";
}

TEST_F(SideIndexTest, ThreadsAddAndRead) {
  constexpr int kThreads = 4;
  const NamedSource source(data_.path(), 20000);
  const auto index = open_index(source);
  std::vector<int> wrong(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      ByteBuffer blob;
      for (int64_t record = t; record < source.size(); record += kThreads) {
        add_blob(*index, record);
        const int64_t other = record * 7919 % source.size();
        index->read(blob, other);
        if (blob.size() > 0 && as_text(blob.view()) != make_blob(other))
          ++wrong[static_cast<size_t>(t)];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(index->flush().ok());
  EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(index->entries(), 20000);
  for (int64_t record = 0; record < source.size(); ++record)
    ASSERT_EQ(read_blob(*index, record), make_blob(record));
}

}  // namespace
}  // namespace headrace
