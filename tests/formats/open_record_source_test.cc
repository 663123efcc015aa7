// What a DATA argument may be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headrace/formats/record_source.h"
#include "records.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::HasSubstr;

// "FORMAT RECORDS" or the message of the error.
std::string open(const std::string& data) {
  const auto source = open_record_source(data);
  if (!source.ok()) return source.status().message();
  return fmt::format("{} {}", (*source)->format(), (*source)->size());
}
StatusCode code(const std::string& data) {
  return open_record_source(data).status().code();
}

TEST(OpenRecordSource, AFolderOfClassFolders) {
  const TempFolder temp;
  temp.write("c/deep/1.jpg", "x");  // no picture in the class folder itself
  EXPECT_EQ(open(temp.path()), "folder 1");
  EXPECT_EQ(open(temp.path() + "//"), "folder 1");
  EXPECT_EQ(open("folder:" + temp.path()), "folder 1");
}

TEST(OpenRecordSource, AFolderOfRecordFiles) {
  for (const char* name :
       {"x.tfrecord", "x.tfrecords", "x.tfrec", "x-00000-of-00001", "x-00000-of-00001.tfrecord"}) {
    const TempFolder temp;
    write_numbered_shard(temp / name, 0, 2);
    temp.write("README", "not data");
    EXPECT_EQ(open(temp.path()), "tfrecord 2") << name;
    EXPECT_EQ(open("tfrecord:" + temp.path()), "tfrecord 2");
    EXPECT_EQ(open(temp / name), "tfrecord 2");
  }
}

TEST(OpenRecordSource, AGlob) {
  const TempFolder temp;
  for (int s = 0; s < 3; ++s)
    write_numbered_shard(temp / fmt::format("t-0000{}-of-00003", s), s, 1);
  write_numbered_shard(temp / "v-00000-of-00001", 0, 5);
  EXPECT_EQ(open(temp / "t-*"), "tfrecord 3") << "sidecars match too, but are no data";
  EXPECT_EQ(open(temp / "t-0000[01]*"), "tfrecord 2") << "part of a set, where asked for";
  EXPECT_EQ(open("tfrecord:" + temp / "*"), "tfrecord 8");
  EXPECT_EQ(code(temp / "z-*"), StatusCode::kNotFound);
  EXPECT_EQ(open(temp / "z-*"), temp / "z-*: nothing matches");
  EXPECT_EQ(open(temp / "*.idx"), temp / "*.idx: no record file (*.tfrecord) matches");
}

TEST(OpenRecordSource, ANameWithPatternCharactersIsANameFirst) {
  const TempFolder temp;
  write_numbered_shard(temp / "a[1].tfrecord", 0, 2);
  EXPECT_EQ(open(temp / "a[1].tfrecord"), "tfrecord 2");
  temp.write("d*/c/1.jpg", "x");
  EXPECT_EQ(open(temp / "d*"), "folder 1");
}

TEST(OpenRecordSource, ThePrefixDecidesWhereNamesDoNot) {
  const TempFolder temp;
  write_numbered_shard(temp / "part-r-00000", 0, 2);
  EXPECT_EQ(code(temp / "part-r-00000"), StatusCode::kInvalidArgument);
  EXPECT_THAT(open(temp / "part-r-00000"), HasSubstr("say \"tfrecord:" + temp.path()));
  EXPECT_EQ(open("tfrecord:" + temp / "part-r-00000"), "tfrecord 2");
  EXPECT_EQ(open("tfrecord:" + temp / "part-*"), "tfrecord 2");
  EXPECT_THAT(open("tfrecord:" + temp.path()), HasSubstr("\"tfrecord:" + temp / "*\""));
}

TEST(OpenRecordSource, BothKindsInOneFolderNeedAPrefix) {
  const TempFolder temp;
  temp.write("c/1.jpg", "x");
  write_numbered_shard(temp / "s.tfrecord", 0, 2);
  EXPECT_EQ(code(temp.path()), StatusCode::kInvalidArgument);
  EXPECT_THAT(open(temp.path()),
              HasSubstr(fmt::format("\"folder:{0}\" or \"tfrecord:{0}\"", temp.path())));
  EXPECT_EQ(open("folder:" + temp.path()), "folder 1");
  EXPECT_EQ(open("tfrecord:" + temp.path()), "tfrecord 2");
}

TEST(OpenRecordSource, FoldersWithoutPicturesBesideRecordFilesDoNotMatter) {
  const TempFolder temp;
  temp.write("idx_files/s.idx", "0 1\n");
  write_numbered_shard(temp / "s.tfrecord", 0, 2);
  EXPECT_EQ(open(temp.path()), "tfrecord 2");
}

TEST(OpenRecordSource, SeveralSetsInOneFolderAreNotMixed) {
  const TempFolder temp;
  write_numbered_shard(temp / "train-00000-of-00001", 0, 2);
  write_numbered_shard(temp / "validation-00000-of-00001", 0, 2);
  EXPECT_EQ(code(temp.path()), StatusCode::kInvalidArgument);
  EXPECT_THAT(open(temp.path()), HasSubstr("train-*"));
}

TEST(OpenRecordSource, AMissingShardIsNoticed) {
  const TempFolder temp;
  write_numbered_shard(temp / "t-00001-of-00002", 0, 2);
  EXPECT_EQ(code(temp.path()), StatusCode::kNotFound);
  EXPECT_THAT(open(temp.path()), HasSubstr("t-00000-of-00002"));
}

TEST(OpenRecordSource, WhatIsNoDataSaysSo) {
  const TempFolder temp;
  EXPECT_EQ(code(temp / "gone"), StatusCode::kNotFound);
  EXPECT_EQ(open(temp / "gone"), temp / "gone: no such file or folder");
  EXPECT_EQ(code(temp.path()), StatusCode::kNotFound);
  EXPECT_THAT(open(temp.path()), HasSubstr("neither class folders"));
  temp.write("1.jpg", "x");
  EXPECT_EQ(code(temp.path()), StatusCode::kNotFound);
  EXPECT_THAT(open(temp.path()), HasSubstr("1 pictures but no class folders"));
  EXPECT_EQ(code(temp / "1.jpg"), StatusCode::kInvalidArgument);
  EXPECT_THAT(open(temp / "1.jpg"), HasSubstr("a picture is no data set"));
  EXPECT_EQ(code("folder:" + temp / "1.jpg"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(""), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("tfrecord:"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code("/dev/null"), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace headrace
