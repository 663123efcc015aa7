// Conversion to and from records that carry their pictures' indexes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/convert.h"
#include "headrace/pipeline/image_loader.h"
#include "index_data.h"

namespace headrace {
namespace {

using testing::Each;
using testing::HasSubstr;

class ConvertIndexed : public testing::Test {
 protected:
  // Converts into folder_ / name; fails the test where that fails.
  ConvertResult convert(const RecordSource& source, const std::string& name,
                        const ConvertOptions& options) const {
    const Result<ConvertResult> result = convert_to_tfrecord(source, folder_ / name, options);
    EXPECT_TRUE(result.ok()) << result.status().message();
    return result.ok() ? *result : ConvertResult();
  }
  std::unique_ptr<RecordSource> open(const std::string& name) const {
    return open_record_source(folder_ / name).value();
  }
  // Names a record's bytes; what stands beside them says what differs.
  static std::vector<std::string> images_of(const RecordSource& source) {
    std::vector<std::string> images;
    Record record;
    for (int64_t i = 0; i < source.size(); ++i) {
      EXPECT_TRUE(source.read(record, i).ok());
      images.emplace_back(as_text(record.image.view()));
    }
    return images;
  }
  static std::vector<std::string> indexes_of(const RecordSource& source) {
    std::vector<std::string> indexes;
    Record record;
    for (int64_t i = 0; i < source.size(); ++i) {
      EXPECT_TRUE(source.read(record, i).ok());
      indexes.emplace_back(as_text(record.jpeg_index.view()));
    }
    return indexes;
  }
  std::vector<std::string> complete_indexes(int every = 0) const {
    std::vector<std::string> indexes;
    for (int64_t i = 0; i < source_.size(); ++i)
      indexes.push_back(complete_index(source_.picture(i), every));
    return indexes;
  }

  const TempFolder folder_;
  FakeSource source_{40};
  const std::string cut_ = make_picture({}).substr(0, 1000);  // its header is whole
};

TEST_F(ConvertIndexed, TheIndexIsBesideThePictureWhichStaysAsItIs) {
  const ConvertResult result =
      convert(source_, "records", {.shards = 3, .payload = Payload::kIndexed});
  EXPECT_EQ(result.indexes.made, 40);
  const auto records = open("records");
  EXPECT_EQ(records->payload(), "indexed");
  EXPECT_EQ(images_of(*records), images_of(source_));
  EXPECT_EQ(indexes_of(*records), complete_indexes());
  uint64_t bytes = 0;
  for (const std::string& index : complete_indexes()) bytes += index.size();
  EXPECT_EQ(result.indexes.bytes, bytes);
}

TEST_F(ConvertIndexed, LoadersUseItAndTheBatchesAreTheSame) {
  const auto digest_of = [](std::shared_ptr<const RecordSource> source, int64_t indexed) {
    ImageLoaderOptions options{.batch_size = 8, .threads = 2};
    options.transform.size = 32;
    options.last_epoch = 0;
    const auto loader = open_image_loader(std::move(source), options).value();
    BatchDigest digest;
    for (BatchPtr& batch : loader->epoch(0)) digest.add(*batch);
    const DecodePathCounts paths = loader->stage_stats().decoder_paths;
    EXPECT_EQ(paths.pictures[static_cast<size_t>(DecodePath::kOwnIndexed)][0], indexed);
    return digest.hex();
  };
  convert(source_, "records", {.payload = Payload::kIndexed});
  EXPECT_EQ(digest_of(open("records"), 40), digest_of(std::make_shared<FakeSource>(40), 0));
}

TEST_F(ConvertIndexed, TheSameBytesForAnyNumberOfThreads) {
  for (const int threads : {1, 3}) {
    std::filesystem::create_directories(folder_ / std::to_string(threads));
    convert(source_, std::to_string(threads) + "/records",
            {.shards = 4, .payload = Payload::kIndexed, .index_every = 2, .threads = threads});
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "1/records")) {
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(folder_.read("1/records/" + name), folder_.read("3/records/" + name));
  }
  EXPECT_EQ(indexes_of(*open("3/records")), complete_indexes(2));
}

TEST_F(ConvertIndexed, FromRecordsItIsKeptMadeOrLeftOut) {
  convert(source_, "a0/set", {.shards = 2});
  convert(*open("a0/set"), "a/set", {.shards = 2});
  convert(*open("a/set"), "b/set", {.shards = 2, .payload = Payload::kIndexed});
  EXPECT_EQ(indexes_of(*open("b/set")), complete_indexes());

  const ConvertResult kept =
      convert(*open("b/set"), "c/set", {.shards = 2, .payload = Payload::kIndexed});
  EXPECT_EQ(kept.indexes.kept, 40);
  EXPECT_EQ(kept.indexes.made, 0);
  EXPECT_EQ(folder_.read("c/set/set-00001-of-00002.tfrecord"),
            folder_.read("b/set/set-00001-of-00002.tfrecord"));

  convert(*open("c/set"), "d/set", {.shards = 2});
  EXPECT_EQ(open("d/set")->payload(), "original");
  EXPECT_THAT(indexes_of(*open("d/set")), Each(""));
  EXPECT_EQ(folder_.read("d/set/set-00001-of-00002.tfrecord"),
            folder_.read("a/set/set-00001-of-00002.tfrecord"));
}

TEST_F(ConvertIndexed, AStaleOrForgedOneIsMadeAnew) {
  source_.index_of[3] = complete_index(source_.picture(4));
  source_.index_of[5] = "forged";
  source_.index_of[6] = complete_index(source_.picture(6));
  const ConvertResult result = convert(source_, "records", {.payload = Payload::kIndexed});
  EXPECT_EQ(result.indexes.kept, 1);
  EXPECT_EQ(result.indexes.made, 39);
  EXPECT_EQ(indexes_of(*open("records")), complete_indexes());
}

TEST_F(ConvertIndexed, PicturesThatCanHaveNoneAreKeptAndCounted) {
  source_.bytes_of[1] = make_picture({.progressive = true});
  source_.bytes_of[2] = cut_;
  source_.bytes_of[3] = "P5 1 1 255\n.";
  source_.index_of[1] = "forged";
  const ConvertResult result = convert(source_, "records", {.payload = Payload::kIndexed});
  EXPECT_EQ(result.records, 40);
  EXPECT_EQ(result.indexes.made, 37);
  for (const DecodeReason reason :
       {DecodeReason::kProgressive, DecodeReason::kData, DecodeReason::kNotJpeg}) {
    EXPECT_EQ(result.indexes.without[static_cast<size_t>(reason)], 1);
  }
  EXPECT_EQ(images_of(*open("records")), images_of(source_));
  EXPECT_EQ(indexes_of(*open("records"))[1], "");
}

TEST_F(ConvertIndexed, ASideIndexOfTheSourceIsNotLookedAt) {
  const TempFolder home;
  const auto source = make_source(10, home);
  {
    const auto index = open_side_index(*source, kJpegIndexKind, SideIndexMode::kReadWrite).value();
    index->add(2, as_bytes(complete_index(source->picture(2), 2)));
  }
  EXPECT_EQ(convert(*source, "records", {.payload = Payload::kIndexed}).indexes.made, 10);
  EXPECT_EQ(indexes_of(*open("records"))[2], complete_index(source->picture(2)));
}

TEST_F(ConvertIndexed, EveryOutOfRangeIsNamed) {
  const Status status =
      convert_to_tfrecord(source_, folder_ / "x", {.index_every = 70'000}).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("index_every is 70000"));
}

}  // namespace
}  // namespace headrace
