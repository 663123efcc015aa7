#include "headrace/formats/line_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "temp_folder.h"

namespace headrace {
namespace {

using testing::HasSubstr;

TEST(LineLog, LinesAreAddedToWhatIsThere) {
  const TempFolder folder;
  const std::string path = folder / "log";
  ASSERT_TRUE(LineLog::open(path).value().append("one").ok());
  ASSERT_TRUE(LineLog::open(path).value().append("two").ok());
  EXPECT_EQ(folder.read("log"), "one\ntwo\n");
}

TEST(LineLog, LinesOfSeveralWritersNeverMix) {
  const TempFolder folder;
  std::vector<std::thread> writers;
  for (char letter = 'a'; letter < 'e'; ++letter) {
    writers.emplace_back([&folder, letter] {
      const LineLog log = LineLog::open(folder / "log").value();
      for (int i = 0; i < 200; ++i) ASSERT_TRUE(log.append(std::string(300, letter)).ok());
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::istringstream lines(folder.read("log"));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    ASSERT_EQ(line.size(), 300U);
    ASSERT_EQ(std::set<char>(line.begin(), line.end()).size(), 1U);
  }
  EXPECT_EQ(count, 800);
}

TEST(LineLog, ErrorsNameTheFile) {
  const Status missing = LineLog::open("/no/such/folder/log").status();
  EXPECT_EQ(missing.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), HasSubstr("/no/such/folder/log"));
  const Status full = LineLog::open("/dev/full").value().append("x");
  EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(full.message(), HasSubstr("/dev/full"));
}

}  // namespace
}  // namespace headrace
