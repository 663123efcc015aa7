// What a side file is told about its data set: which one it is, and where the file belongs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "headrace/formats/fingerprint.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/side_index.h"
#include "records.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::MatchesRegex;

std::unique_ptr<RecordSource> open(const std::string& data) {
  return open_record_source(data).value();
}
std::string home_name(const std::string& data) {
  return open(data)->side_file_home().name;
}

// Others would make every side index that exists one of other data.
TEST(Fingerprint, GoldenValues) {
  Fingerprint fingerprint;
  fingerprint.add("train");
  EXPECT_EQ(fingerprint.value(), 17832947943417816456U);
  fingerprint.add(uint64_t{1});
  EXPECT_EQ(fingerprint.value(), 11693366245571044116U);
}

TEST(Fingerprint, TellsWherePartsEnd) {
  std::set<uint64_t> values;
  for (const auto& parts : std::vector<std::vector<std::string>>{
           {}, {""}, {"", ""}, {"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"c", "ab"}}) {
    Fingerprint fingerprint;
    for (const std::string& part : parts) fingerprint.add(part);
    EXPECT_TRUE(values.insert(fingerprint.value()).second);
  }
}

TEST(SideFileHome, OfAnImageFolderIsTheFolder) {
  const TempFolder temp;
  temp.write("a/1.jpg", "x");
  const SideFileHome home = open(temp.path())->side_file_home();
  EXPECT_TRUE(std::filesystem::equivalent(home.folder, temp.path()));
  EXPECT_EQ(home.name, "images");
}

TEST(SideFileHome, OfRecordFilesIsTheirFolderAndTellsSetsApart) {
  const TempFolder temp;
  for (const char* name : {"train-00000-of-00002.tfrecord", "train-00001-of-00002.tfrecord",
                           "validation-00000-of-00001.tfrecord", "x.tfrecord", "y.tfrecord"})
    write_numbered_shard(temp / name, 0, 2);
  EXPECT_EQ(open(temp / "x.tfrecord")->side_file_home().folder, temp.path());
  EXPECT_EQ(home_name(temp / "train-*"), "train-of-00002.tfrecord");
  EXPECT_EQ(home_name(temp / "validation-*"), "validation-of-00001.tfrecord");
  EXPECT_EQ(home_name(temp / "train-00000-*"), "train-00000-of-00002.tfrecord");
  EXPECT_EQ(home_name(temp / "x.tfrecord"), "x.tfrecord");
  EXPECT_THAT(home_name(temp / "?.tfrecord"), MatchesRegex("x\\.tfrecord-[0-9a-f]{16}"));
  EXPECT_NE(home_name(temp / "?.tfrecord"), home_name(temp / "*.tfrecord"));
}

TEST(SideFileHome, LongNamesAreCut) {
  const TempFolder temp;
  const std::string begin(230, 'x');
  std::set<std::string> names;
  for (const char* end : {"1.tfrecord", "2.tfrecord"}) {
    write_numbered_shard(temp / (begin + end), 0, 1);
    const std::string name = home_name(temp / (begin + end));
    EXPECT_EQ(name.size(), SideFileHome::kMaxNameBytes);
    names.insert(name);
  }
  EXPECT_EQ(names.size(), 2U);
}

TEST(SideFileHome, AFingerprintOfAnImageFolderTellsItsNames) {
  const TempFolder temp;
  for (const char* name : {"a/1.jpg", "a/2.jpg", "b/1.jpg"}) temp.write(name, "x");
  std::set<uint64_t> seen;
  const auto is_new = [&] { return seen.insert(open(temp.path())->fingerprint()).second; };
  EXPECT_TRUE(is_new());
  EXPECT_FALSE(is_new());
  temp.write("a/1.jpg", "other bytes");
  temp.write("a/.hidden", "x");
  EXPECT_FALSE(is_new()) << "bytes do not count";
  temp.write("a/3.jpg", "x");
  EXPECT_TRUE(is_new()) << "added";
  std::filesystem::rename(temp / "a/3.jpg", temp / "b/3.jpg");
  EXPECT_TRUE(is_new()) << "moved to another class";
  std::filesystem::rename(temp / "b/3.jpg", temp / "b/4.jpg");
  EXPECT_TRUE(is_new()) << "renamed";
  std::filesystem::rename(temp / "a", temp / "c");
  EXPECT_TRUE(is_new()) << "class renamed";
  std::filesystem::rename(temp / "c", temp / "a");
  std::filesystem::remove(temp / "b/4.jpg");
  EXPECT_FALSE(is_new()) << "as at first";
  std::filesystem::rename(temp / "b", temp / "d");
  EXPECT_TRUE(is_new()) << "class renamed, its place kept";
  std::filesystem::rename(temp / "d/1.jpg", temp / "d/3.jpg");
  EXPECT_TRUE(is_new());
  std::filesystem::rename(temp / "a/2.jpg", temp / "d/2.jpg");
  EXPECT_TRUE(is_new()) << "only the border between the classes moved";
}

TEST(SideFileHome, AFingerprintOfRecordFilesTellsNamesAndSizes) {
  const TempFolder temp;
  const auto write = [&](const std::string& name, const std::vector<std::string>& images) {
    std::vector<Record> records;
    for (const std::string& image : images) records.push_back(make_record(image, 0));
    write_shard(temp / name, records);
  };
  const auto reset = [&] {
    std::filesystem::remove(temp / "c.tfrecord");
    write("a.tfrecord", {"1", "22"});
    write("b.tfrecord", {"333"});
  };
  std::set<uint64_t> seen;
  const auto is_new = [&] { return seen.insert(open(temp.path())->fingerprint()).second; };
  reset();
  EXPECT_TRUE(is_new());
  EXPECT_FALSE(is_new());
  write("a.tfrecord", {"x", "yy"});
  EXPECT_FALSE(is_new()) << "bytes do not count";
  write("a.tfrecord", {"22", "1"});
  EXPECT_TRUE(is_new()) << "another order within a file of the same size";
  write("a.tfrecord", {"1", "22", "x"});
  EXPECT_TRUE(is_new()) << "a file with more";
  reset();
  write("c.tfrecord", {"x"});
  EXPECT_TRUE(is_new()) << "a file added";
  reset();
  std::filesystem::rename(temp / "b.tfrecord", temp / "c.tfrecord");
  std::filesystem::remove(temp / "b.tfrecord.idx");
  EXPECT_TRUE(is_new()) << "renamed";
  reset();
  EXPECT_FALSE(is_new()) << "as at first";
}

TEST(SideFileHome, WhatBelongsThereIsNoPartOfTheData) {
  const TempFolder temp;
  temp.write("pictures/a/1.jpg", "x");
  temp.write("records/x.tfrecord", "");
  write_numbered_shard(temp / "records/x.tfrecord", 0, 3);
  for (const std::string& data :
       {temp / "pictures", temp / "records", "tfrecord:" + temp / "records/*",
        "tfrecord:" + temp / "records/[.x]*"}) {
    const auto source = open(data);
    ASSERT_TRUE(open_side_index(*source, "test", SideIndexMode::kReadWrite).ok());
    EXPECT_EQ(open(data)->fingerprint(), source->fingerprint()) << data;
  }
  EXPECT_TRUE(std::filesystem::exists(temp / "pictures/.headrace-images.test"));
  EXPECT_TRUE(std::filesystem::exists(temp / "records/.headrace-x.tfrecord.test"));
}

TEST(SideFileHome, ADataSetThatMovesKeepsItsFingerprint) {
  const TempFolder temp;
  temp.write("old/a/1.jpg", "x");
  write_numbered_shard(temp / "old/x.tfrecord", 0, 3);
  const uint64_t folder = open("folder:" + temp / "old")->fingerprint();
  const uint64_t records = open(temp / "old/x.tfrecord")->fingerprint();
  EXPECT_NE(folder, records);
  std::filesystem::rename(temp / "old", temp / "new");
  EXPECT_EQ(open("folder:" + temp / "new/")->fingerprint(), folder);
  EXPECT_EQ(open(temp / "new/x.tfrecord")->fingerprint(), records);
}

}  // namespace
}  // namespace headrace
