#include "headrace/pipeline/build_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "index_data.h"

namespace headrace {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> complete_indexes(const FakeSource& source, int every = 0) {
  std::vector<std::string> indexes;
  for (int64_t i = 0; i < source.size(); ++i)
    indexes.push_back(complete_index(source.picture(i), every));
  return indexes;
}

TEST(BuildIndex, MakesACompleteIndexForAnyNumberOfThreads) {
  for (const int threads : {1, 3}) {
    const TempFolder folder;
    const auto source = make_source(150, folder);
    std::atomic<int64_t> seen{0};
    BuildIndexOptions options{.threads = threads};
    options.on_progress = [&](int64_t records) { seen += records; };
    const BuildIndexResult result = build_index(*source, options).value();
    EXPECT_EQ(result.path, folder / kIndexName);
    EXPECT_EQ(result.indexes.made, 150);
    EXPECT_EQ(result.indexes.kept, 0);
    EXPECT_EQ(result.looked_at, 150);
    EXPECT_EQ(result.damaged, 0);
    EXPECT_FALSE(result.stopped);
    EXPECT_EQ(seen, 150);
    const std::vector<std::string> stored = stored_indexes(*source);
    EXPECT_EQ(stored, complete_indexes(*source));
    uint64_t bytes = 0;
    for (const std::string& index : stored) bytes += index.size();
    EXPECT_EQ(result.indexes.bytes, bytes);
  }
}

TEST(BuildIndex, AgainOnlyChecksAndWritesNothing) {
  const TempFolder folder;
  const auto source = make_source(50, folder);
  ASSERT_TRUE(build_index(*source, {}).ok());
  const std::string before = folder.read(kIndexName);
  const BuildIndexResult again = build_index(*source, {}).value();
  EXPECT_EQ(again.indexes.made, 0);
  EXPECT_EQ(again.indexes.kept, 50);
  EXPECT_EQ(folder.read(kIndexName), before);
}

TEST(BuildIndex, ReplacesWhatIsStaleOrNotAsWanted) {
  const TempFolder folder;
  const auto source = make_source(20, folder);
  ASSERT_TRUE(build_index(*source, {}).ok());
  source->bytes_of[7] = source->picture(8);
  const BuildIndexResult second = build_index(*source, {}).value();
  EXPECT_EQ(second.indexes.made, 1);
  EXPECT_EQ(stored_indexes(*source), complete_indexes(*source));

  const BuildIndexResult finer = build_index(*source, {.every = 2}).value();
  EXPECT_EQ(finer.indexes.made, 20);
  EXPECT_EQ(stored_indexes(*source), complete_indexes(*source, 2));
}

TEST(BuildIndex, DamagedRecordsAreNamedInOrderAndTheOthersAreDone) {
  for (const int threads : {1, 3}) {
    const TempFolder folder;
    const auto source = make_source(60, folder);
    source->failures[3] = io_error("the disk is on fire");
    source->bytes_of[41] = "this is no picture";
    source->bytes_of[20] = make_picture({}).substr(0, 1000);
    const BuildIndexResult result = build_index(*source, {.threads = threads}).value();
    EXPECT_EQ(result.damaged, 3);
    EXPECT_THAT(result.problems,
                ElementsAre("fake:3: the disk is on fire",
                            AllOf(HasSubstr("fake:20: "), HasSubstr("no end marker")),
                            AllOf(HasSubstr("fake:41: "), HasSubstr("not a picture"))));
    EXPECT_EQ(result.indexes.made, 57);
    EXPECT_EQ(result.looked_at, 60);
  }
}

TEST(BuildIndex, KeepsTheFirstProblemsOnly) {
  const TempFolder folder;
  const auto source = make_source(300, folder);
  for (int64_t i = 0; i < 300; ++i) source->failures[i] = io_error("gone");
  const BuildIndexResult result = build_index(*source, {.threads = 3}).value();
  EXPECT_EQ(result.damaged, 300);
  ASSERT_EQ(result.problems.size(), BuildIndexResult::kProblemsKept);
  EXPECT_EQ(result.problems.back(), "fake:99: gone");
}

TEST(BuildIndex, PicturesThatCanHaveNoneAreCountedByReason) {
  const TempFolder folder;
  const auto source = make_source(10, folder);
  source->bytes_of[1] = make_picture({.progressive = true});
  source->bytes_of[2] = make_picture({.progressive = true, .seed = 2});
  source->bytes_of[3] = make_picture({.components = 4});
  source->bytes_of[4] = "P5 1 1 255\n.";
  // What libjpeg decodes all the same is not damaged: other bytes in front of the first segment.
  source->bytes_of[5] = std::string(source->picture(5)).insert(2, "\1\2\3");
  const BuildIndexResult result = build_index(*source, {}).value();
  const auto without = [&](DecodeReason reason) {
    return result.indexes.without[static_cast<size_t>(reason)];
  };
  EXPECT_EQ(without(DecodeReason::kProgressive), 2);
  EXPECT_EQ(without(DecodeReason::kColourSpace), 1);
  EXPECT_EQ(without(DecodeReason::kNotJpeg), 1);
  EXPECT_EQ(without(DecodeReason::kHeader), 1);
  EXPECT_EQ(result.indexes.made, 5);
  EXPECT_EQ(result.damaged, 0);
}

TEST(BuildIndex, WhatWasDoneBeforeAStopIsKept) {
  const TempFolder folder;
  const auto source = make_source(200, folder);
  std::stop_source stop;
  BuildIndexOptions options{.threads = 1};
  options.stop = stop.get_token();
  options.on_progress = [&](int64_t) { stop.request_stop(); };
  const BuildIndexResult stopped = build_index(*source, options).value();
  EXPECT_TRUE(stopped.stopped);
  EXPECT_GT(stopped.indexes.made, 0);
  EXPECT_LT(stopped.looked_at, 200);
  EXPECT_EQ(stopped.indexes.made, stopped.looked_at);

  const BuildIndexResult rest = build_index(*source, {}).value();
  EXPECT_FALSE(rest.stopped);
  EXPECT_EQ(rest.indexes.kept, stopped.indexes.made);
  EXPECT_EQ(stored_indexes(*source), complete_indexes(*source));
}

TEST(BuildIndex, RecordsThatCarryTheirOwnAreLeftAlone) {
  const TempFolder folder;
  const auto source = make_source(10, folder);
  source->index_of[4] = complete_index(source->picture(4));
  const BuildIndexResult some = build_index(*source, {}).value();
  EXPECT_EQ(some.in_records, 1);
  EXPECT_EQ(some.indexes.made, 9);
  EXPECT_EQ(stored_indexes(*source)[4], "");
}

TEST(BuildIndex, APayloadThatIsIndexedNeedsNothing) {
  const TempFolder folder;
  const auto source = make_source(10, folder);
  source->stored_payload = "indexed";
  const BuildIndexResult result = build_index(*source, {}).value();
  EXPECT_EQ(result.in_records, 10);
  EXPECT_EQ(result.path, "");
  EXPECT_EQ(source->reads, 0);
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(BuildIndex, AnIndexThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(build_index(FakeSource(10), {}).status().code(), StatusCode::kNotFound);

  const TempFolder folder;
  const auto source = make_source(40, folder);
  BuildIndexOptions options{.threads = 1};
  options.on_progress = [&](int64_t) { std::filesystem::remove(folder / kIndexName); };
  const Status removed = build_index(*source, options).status();
  EXPECT_EQ(removed.code(), StatusCode::kIoError);
  EXPECT_THAT(removed.message(), HasSubstr(kIndexName));
}

TEST(BuildIndex, OptionsOutOfRangeAreNamed) {
  const TempFolder folder;
  const auto source = make_source(4, folder);
  EXPECT_THAT(build_index(*source, {.every = -1}).status().message(), HasSubstr("every is -1"));
  EXPECT_THAT(build_index(*source, {.every = 65'536}).status().message(), HasSubstr("every is 65"));
  EXPECT_THAT(build_index(*source, {.threads = 2000}).status().message(), HasSubstr("threads is"));
  EXPECT_THAT(folder.names(), IsEmpty());
}

}  // namespace
}  // namespace headrace
