// One side index, many processes, some of which are killed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "environment.h"
#include "headrace/formats/file_lock.h"
#include "side_index_data.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;

const std::string kName = ".headrace-set.test";

// Runs `work` in a process of its own, which ends with what it returns.
template <class Work>
pid_t start(const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  return child;
}

int exit_code(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

// Runs `work(p)` in that many processes, from about the same moment on; all must return 0.
template <class Work>
void run_at_once(int processes, const Work& work) {
  std::vector<pid_t> children;
  const auto begin = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
  for (int p = 0; p < processes; ++p) {
    children.push_back(start([&, p] {
      while (std::chrono::steady_clock::now() < begin) {
      }
      return work(p);
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(exit_code(child), 0);
}

// Whether what `index` has of all records is right; counts it.
bool all_right(const SideIndex& index, int64_t* count = nullptr) {
  int64_t found = 0;
  for (int64_t record = 0; record < index.records(); ++record) {
    const std::string blob = read_blob(index, record);
    if (blob.empty()) continue;
    if (blob != make_blob(record, edition_of(blob))) return false;
    ++found;
  }
  if (count != nullptr) *count = found;
  return true;
}

class SideIndexProcesses : public testing::Test {
 protected:
  SideIndexProcesses() { environment_.set("HEADRACE_CACHE", "/proc/self"); }

  Environment environment_;
  const TempFolder data_;
  const NamedSource source_{data_.path(), 4000};
};

TEST_F(SideIndexProcesses, AddAndReadAtOnce) {
  constexpr int kProcesses = 6;
  run_at_once(kProcesses, [&](int p) {
    const auto index = open_index(source_);
    for (int64_t record = p; record < source_.size(); record += kProcesses) {
      add_blob(*index, record, p);
      if (!index->flush().ok()) return 1;
      const int64_t other = record * 7919 % source_.size();
      const std::string blob = read_blob(*index, other);
      if (!blob.empty() && blob != make_blob(other, static_cast<int>(other % kProcesses))) return 2;
    }
    return 0;
  });
  const auto index = open_index(source_);
  int64_t count = 0;
  EXPECT_TRUE(all_right(*index, &count));
  EXPECT_EQ(count, source_.size()) << "nobody wrote over what others wrote";
}

TEST_F(SideIndexProcesses, MakeOrReplaceItAtOnce) {
  constexpr int kProcesses = 6;
  constexpr int kBlobs = 10;
  const NamedSource old(data_.path(), 5);
  const std::string path = data_ / kName;
  for (int round = 0; round < 60; ++round) {
    std::filesystem::remove(path);
    if (round % 2 == 0) add_blob(*open_index(old), 1);
    run_at_once(kProcesses, [&](int p) {
      const auto index = open_index(source_);
      for (int i = 0; i < kBlobs; ++i) {  // while others still find out what there is
        add_blob(*index, p + i * kProcesses);
        if (!index->flush().ok()) return 1;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
      return 0;
    });
    int64_t count = 0;
    EXPECT_TRUE(all_right(*open_index(source_), &count));
    ASSERT_EQ(count, kProcesses * kBlobs) << "each wrote to the same new file, round " << round;
  }
  EXPECT_THAT(data_.names(), ElementsAre(kName));
}

TEST_F(SideIndexProcesses, KillingOneNeverHarmsWhatIsThere) {
  int64_t before = 0;
  int64_t grown = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<pid_t> children;
    for (int p = 0; p < 2; ++p) {
      children.push_back(start([&, p] {
        auto index = open_index(source_);
        for (int64_t i = 0;; ++i) {
          add_blob(*index, (round * 67 + p * 31 + i) % source_.size(), round);
          if (i % 3 != 0 || index->flush().ok()) continue;
          // The other one may clear the garbage out of it when it opens it.
          if (index->adding().message().find("replaced") == std::string::npos) return 1;
          index = open_index(source_);
        }
      }));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(4000 + 137 * round));
    for (const pid_t child : children) ASSERT_EQ(::kill(child, SIGKILL), 0);
    for (const pid_t child : children) EXPECT_EQ(exit_code(child), -1) << "was still adding";
    const auto index = open_index(source_);
    int64_t count = 0;
    ASSERT_TRUE(all_right(*index, &count));
    EXPECT_EQ(index->entries(), count) << "no word leads to a blob that is not whole";
    EXPECT_GE(count, before);
    grown += count > before;
    before = count;
  }
  EXPECT_GT(grown, 0);
  const auto index = open_index(source_);
  add_blob(*index, 1, 99);
  EXPECT_TRUE(index->flush().ok()) << "no lock is left";
  EXPECT_EQ(read_blob(*index, 1), make_blob(1, 99));
}

TEST_F(SideIndexProcesses, OneThatKeepsTheLockStopsAddingNotReading) {
  const auto index = open_index(source_);
  add_blob(*index, 1);
  ASSERT_TRUE(index->flush().ok());
  const int file = ::open(index->path().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  {
    const auto lock = FileLock::take(file, std::chrono::milliseconds(0));
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ(read_blob(*index, 1), make_blob(1));
    add_blob(*index, 2);
    EXPECT_THAT(index->flush().message(), testing::HasSubstr("another process holds the lock"));
  }
  ::close(file);
  EXPECT_EQ(read_blob(*index, 1), make_blob(1));
}

}  // namespace
}  // namespace headrace
