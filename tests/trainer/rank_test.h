// Tests over several processes: the test starts its own program again, once a rank, filtered to
// itself.
//
//   TEST(Suite, Name) {
//     if (is_rank()) as_rank([] { ...; EXPECT_EQ(...); });   // in the copies; does not return
//     EXPECT_EQ(run_this_test_as_ranks({.ranks = 2}).message(), "");
//   }
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "headrace/trainer/rank_launcher.h"

namespace headrace {

inline Status run_this_test_as_ranks(const RankLauncherOptions& options) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  return launch_ranks(
      {"rank", std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name(),
       "--gtest_brief=1"},
      options);
}

// Runs `body` and ends the process: with 1 where an expectation failed (it has been printed).
template <class Body>
[[noreturn]] void as_rank(const Body& body) {
  body();
  std::_Exit(testing::Test::HasFailure() ? 1 : 0);
}

// A folder for the files of one test, which its ranks find too; removed with the object.
class SharedFolder {
 public:
  SharedFolder() {
    std::string name = testing::TempDir() + "headrace_ranks_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make " << name;
    setenv(kVariable, name.c_str(), 1);
    path_ = name;
  }
  ~SharedFolder() { std::filesystem::remove_all(path_); }
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;

  std::string file(const std::string& name) const { return path_ / name; }
  static std::string file_of_rank(const std::string& name) {
    return std::string(std::getenv(kVariable)) + "/" + name;
  }

 private:
  static constexpr const char* kVariable = "HEADRACE_TEST_FOLDER";
  std::filesystem::path path_;
};

}  // namespace headrace
