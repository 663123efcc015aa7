#include "headrace/formats/staged_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "temp_folder.h"

namespace headrace {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StagedFolderTest : public testing::Test {
 protected:
  std::string target() const { return folder_.path() + "/target"; }
  static void write(const std::string& path) { std::ofstream(path) << "text"; }

  TempFolder folder_;
};

TEST_F(StagedFolderTest, AppearsWithCommitOnly) {
  auto staged = StagedFolder::create(target() + "/").value();
  write(staged.path() + "/file");
  EXPECT_FALSE(fs::exists(target()));
  ASSERT_TRUE(staged.commit().ok());
  EXPECT_TRUE(fs::exists(target() + "/file"));
  EXPECT_FALSE(fs::exists(target() + ".partial"));
}

TEST_F(StagedFolderTest, LeavesNothingWithoutCommit) {
  {
    auto staged = StagedFolder::create(target()).value();
    write(staged.path() + "/file");
  }
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(StagedFolderTest, MayReplaceAnEmptyFolder) {
  fs::create_directory(target());
  ASSERT_TRUE(StagedFolder::create(target()).value().commit().ok());
}

TEST_F(StagedFolderTest, RefusesWhatIsThere) {
  write(target());
  EXPECT_THAT(StagedFolder::create(target()).status().message(), HasSubstr("is not a folder"));
  fs::remove(target());
  fs::create_directory(target());
  write(target() + "/file");
  const Status status = StagedFolder::create(target()).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("already holds files"));
  EXPECT_TRUE(fs::exists(target() + "/file"));
}

TEST_F(StagedFolderTest, RemovesOnlyWhatOneLikeItLeft) {
  fs::create_directory(target() + ".partial");
  write(target() + ".partial/precious");
  EXPECT_THAT(StagedFolder::create(target()).status().message(), HasSubstr("no conversion left"));
  EXPECT_TRUE(fs::exists(target() + ".partial/precious"));
  write(target() + ".partial/.headrace-partial");  // as a killed process leaves it
  auto staged = StagedFolder::create(target()).value();
  EXPECT_FALSE(fs::exists(target() + ".partial/precious"));
  ASSERT_TRUE(staged.commit().ok());
  EXPECT_TRUE(fs::is_empty(target()));
}

TEST_F(StagedFolderTest, TwoAtOnceAreNotPossible) {
  const auto first = StagedFolder::create(target()).value();
  write(first.path() + "/file");
  EXPECT_THAT(StagedFolder::create(target()).status().message(), HasSubstr("another process"));
  EXPECT_TRUE(fs::exists(first.path() + "/file"));
}

TEST_F(StagedFolderTest, FollowsALinkToAnEmptyFolder) {
  fs::create_directory(folder_.path() + "/real");
  fs::create_directory_symlink(folder_.path() + "/real", target());
  auto staged = StagedFolder::create(target()).value();
  write(staged.path() + "/file");
  ASSERT_TRUE(staged.commit().ok());
  EXPECT_TRUE(fs::is_symlink(target()));
  EXPECT_TRUE(fs::exists(target() + "/file"));
}

TEST_F(StagedFolderTest, ALinkInItsPlaceIsNotFollowed) {
  fs::create_directory(folder_.path() + "/precious");
  write(folder_.path() + "/precious/.headrace-partial");
  write(folder_.path() + "/precious/file");
  fs::create_directory_symlink(folder_.path() + "/precious", target() + ".partial");
  EXPECT_FALSE(StagedFolder::create(target()).ok());
  EXPECT_TRUE(fs::exists(folder_.path() + "/precious/file"));
}

}  // namespace
}  // namespace headrace
