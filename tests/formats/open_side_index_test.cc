// Which file the side index of a data set is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "environment.h"
#include "side_index_data.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kName = ".headrace-set.test";

class OpenSideIndex : public testing::Test {
 protected:
  OpenSideIndex() { environment_.set("HEADRACE_CACHE", cache_ / "deep/er"); }

  std::vector<std::string> cached() const {
    std::vector<std::string> paths;
    if (!std::filesystem::exists(cache_ / "deep/er")) return paths;
    for (const auto& entry : std::filesystem::directory_iterator(cache_ / "deep/er"))
      paths.push_back(entry.path().string());
    return paths;
  }

  Environment environment_;
  const TempFolder data_;
  const TempFolder cache_;
  const NamedSource source_{data_.path(), 1000};
};

TEST_F(OpenSideIndex, ReadingNeverMakesAFile) {
  const Status status = open_side_index(source_, "test", SideIndexMode::kRead).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), data_ / kName + ": no side index");
  EXPECT_THAT(data_.names(), IsEmpty());

  add_blob(*open_index(source_), 5);
  const std::string before = data_.read(kName);
  const auto index = open_index(source_, SideIndexMode::kRead);
  EXPECT_EQ(index->adding().code(), StatusCode::kInvalidArgument);
  add_blob(*index, 6);
  EXPECT_FALSE(index->flush().ok());
  EXPECT_EQ(data_.read(kName), before);
}

TEST_F(OpenSideIndex, KindsHaveFilesOfTheirOwn) {
  open_side_index(source_, "other", SideIndexMode::kReadWrite).value()->add(5, as_bytes("other"));
  EXPECT_EQ(read_blob(*open_index(source_), 5), "");
  for (const char* kind : {"", "a/b", "..", "A", "a-b", "a2345678901234567"}) {
    EXPECT_EQ(open_side_index(source_, kind, SideIndexMode::kReadWrite).status().code(),
              StatusCode::kInvalidArgument);
  }
}

TEST_F(OpenSideIndex, NoHomeNoIndex) {
  const Status status =
      open_side_index(NamedSource("", 10), "test", SideIndexMode::kReadWrite).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(cached(), IsEmpty());
}

TEST_F(OpenSideIndex, IsAnOrdinaryFile) {
  const mode_t mask = ::umask(0027);
  open_index(source_);
  ::umask(mask);
  struct stat info {};
  ASSERT_EQ(::stat((data_ / kName).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode, mode_t{S_IFREG | 0640});
}

TEST_F(OpenSideIndex, FoldersThatCannotBeWrittenHaveItInTheCache) {
  const NamedSource source("/proc/self", 1000);  // not even root makes files there
  {
    const auto index = open_index(source);
    ASSERT_EQ(cached().size(), 1U);
    EXPECT_EQ(index->path(), cached()[0]);
    EXPECT_TRUE(index->adding().ok());
    add_blob(*index, 5);
  }
  EXPECT_EQ(read_blob(*open_index(source), 5), make_blob(5));
  EXPECT_EQ(read_blob(*open_index(source, SideIndexMode::kRead), 5), make_blob(5));
  const NamedSource other("/proc/sys", 1000);
  EXPECT_EQ(read_blob(*open_index(other), 5), "") << "each folder its own";
}

TEST_F(OpenSideIndex, NowhereToKeepItIsSaid) {
  environment_.set("HEADRACE_CACHE", data_.write("file", "") + "/cache");
  const Status status =
      open_side_index(NamedSource("/proc/self", 10), "test", SideIndexMode::kReadWrite).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(status.message(), HasSubstr("nowhere to keep a side index: cannot create /proc/"));
}

class OpenReadOnlySideIndex : public OpenSideIndex {
 protected:
  OpenReadOnlySideIndex() {
    const auto index = open_index(source_);
    for (int64_t record = 0; record < 10; ++record) add_blob(*index, record);
  }
  ~OpenReadOnlySideIndex() override { ::chmod(data_.path().c_str(), 0755); }
  void forbid_writing() {
    ::chmod((data_ / kName).c_str(), 0444);
    ::chmod(data_.path().c_str(), 0555);
    ::chmod(cache_.path().c_str(), 0777);
  }
};

TEST_F(OpenReadOnlySideIndex, TheOneInTheCacheBeginsWithWhatIsThere) {
  forbid_writing();
  const WithoutPrivileges unprivileged;
  {
    const auto index = open_index(source_);
    EXPECT_THAT(cached(), ElementsAre(index->path()));
    EXPECT_EQ(index->entries(), 10);
    add_blob(*index, 10);
  }
  const auto index = open_index(source_, SideIndexMode::kRead);
  for (int64_t record = 0; record <= 10; ++record)
    EXPECT_EQ(read_blob(*index, record), make_blob(record));
}

TEST_F(OpenReadOnlySideIndex, AFullOneIsNotCopied) {
  {
    const auto index = open_index(source_);
    for (int64_t record = 10; record < 1000; ++record) add_blob(*index, record);
  }
  forbid_writing();
  const WithoutPrivileges unprivileged;
  const auto index = open_index(source_);
  EXPECT_EQ(index->path(), data_ / kName);
  EXPECT_EQ(index->adding().code(), StatusCode::kIoError);
  EXPECT_THAT(cached(), IsEmpty());
}

TEST_F(OpenReadOnlySideIndex, WithoutACacheItIsReadOnly) {
  forbid_writing();
  environment_.set("HEADRACE_CACHE", "/proc/self");
  const WithoutPrivileges unprivileged;
  const auto index = open_index(source_);
  EXPECT_EQ(read_blob(*index, 9), make_blob(9));
  EXPECT_EQ(index->adding().code(), StatusCode::kIoError);
  EXPECT_THAT(index->adding().message(), HasSubstr(data_ / kName));
  add_blob(*index, 10);
  EXPECT_FALSE(index->flush().ok());
}

}  // namespace
}  // namespace headrace
