#include "headrace/formats/shard_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headrace {
namespace {

using testing::HasSubstr;

TEST(ShardName, PartsAndWhole) {
  for (const std::string name : {"train-00003-of-00008.tfrecord", "train-00003-of-00008",
                                 "a-of-b-00000-of-00001.tfrecord.gz", "x-100000-of-100001"}) {
    const auto shard = parse_shard_name(name);
    ASSERT_TRUE(shard.has_value()) << name;
    EXPECT_EQ(format_shard_name(*shard), name);
  }
  const ShardName shard = *parse_shard_name("train-00003-of-00008.tfrecord");
  EXPECT_EQ(shard.stem, "train");
  EXPECT_EQ(shard.index, 3);
  EXPECT_EQ(shard.count, 8);
  EXPECT_EQ(shard.extension, ".tfrecord");
}

TEST(ShardName, OtherNamesAreNone) {
  for (const char* name :
       {"", "train", "train-of-00008", "train-00008-of-00008", "train-3-of-", "-00003-of-00008",
        "train-0x3-of-00008", "train-00003-of-00008x", "train00003-of-00008", "-of-",
        "train-99999999999999999999-of-99999999999999999999", "train-00003-of--0008"}) {
    EXPECT_FALSE(parse_shard_name(name).has_value()) << name;
  }
}

TEST(ShardName, OneWholeSet) {
  EXPECT_TRUE(check_one_set({}).ok());
  EXPECT_TRUE(check_one_set({"a.tfrecord", "b.tfrecord"}).ok());
  EXPECT_TRUE(check_one_set({"t-00000-of-00002", "t-00001-of-00002"}).ok());
}

TEST(ShardName, MissingShardsAreNamed) {
  const Status status = check_one_set({"t-00000-of-00004.tfrecord", "t-00002-of-00004.tfrecord"});
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "2 of 4 shards are missing, the first is t-00001-of-00004.tfrecord");
}

TEST(ShardName, SeveralSetsAreNoDataSet) {
  const Status status = check_one_set(
      {"train-00000-of-00001", "validation-00000-of-00002", "validation-00001-of-00002"});
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("train-*-of-00001, validation-*-of-00002"));
  EXPECT_EQ(check_one_set({"t-00000-of-00001", "other.tfrecord"}).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(check_one_set({"t-00000-of-00001", "t-00000-of-00002", "t-00001-of-00002"}).code(),
            StatusCode::kInvalidArgument)
      << "two conversions in one folder";
  EXPECT_EQ(check_one_set({"t-00000-of-00001", "t-00000-of-00001.tfrecord"}).code(),
            StatusCode::kInvalidArgument)
      << "every record twice";
  EXPECT_EQ(check_one_set({"t-0-of-1.tfrecord", "t-00000-of-00001.tfrecord"}).code(),
            StatusCode::kInvalidArgument)
      << "one shard in two spellings";
}

}  // namespace
}  // namespace headrace
