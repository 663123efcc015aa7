// Records that cannot be read or decoded, under each policy.
#include "headrace/pipeline/bad_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "loader_cases.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// 64 records, of which 9, 30 and 31 are bad.
std::shared_ptr<FakeSource> make_bad_source() {
  auto source = std::make_shared<FakeSource>(64);
  source->failures[9] = not_found("gone");
  source->bytes_of[30] = "this is no picture";
  source->failures[31] = io_error("the disk is on fire");
  return source;
}

ImageLoaderOptions options_with(OnError on_error) {
  ImageLoaderOptions options = small_options();
  options.bad_samples.on_error = on_error;
  return options;
}

std::vector<nlohmann::json> lines_of(const std::string& path) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(BadSamples, SkippingShortensTheBatchAndMovesNoOther) {
  const auto good = open(std::make_shared<FakeSource>(64), small_options());
  for (const int threads : {1, 2, 7}) {
    ImageLoaderOptions options = options_with(OnError::kSkip);
    options.threads = threads;
    const auto loader = open(make_bad_source(), options);
    int missing = 0;
    good->start_epoch(0);
    for (BatchPtr& batch : loader->epoch(0)) {
      const BatchPtr whole = good->next().value();
      std::vector<int64_t> expected;
      for (int slot = 0; slot < whole->size(); ++slot) {
        const int64_t id = whole->ids()[slot];
        if (id == 9 || id == 30 || id == 31) continue;
        const size_t floats = whole->floats_per_sample();
        const float* const sample = batch->images() + floats * expected.size();
        EXPECT_TRUE(std::equal(sample, sample + floats,
                               whole->images() + floats * static_cast<size_t>(slot)));
        EXPECT_EQ(batch->labels()[expected.size()], id % 10);
        expected.push_back(id);
      }
      EXPECT_EQ(ids_of(*batch), expected);
      EXPECT_EQ(batch->valid().size(), expected.size());
      missing += whole->size() - batch->size();
    }
    EXPECT_EQ(missing, 3);
    EXPECT_EQ(loader->bad_samples_of_epoch().total(), 3);
    EXPECT_EQ(loader->bad_samples_of_epoch().text(), "1 not found, 1 unsupported, 1 I/O error");
  }
}

TEST(BadSamples, ReplacingKeepsEverySlotAndIsTheSameForAnyThreads) {
  const auto good = open(std::make_shared<FakeSource>(64), small_options());
  std::set<std::string> digests;
  std::vector<int64_t> replacements;
  for (const int threads : {1, 2, 7}) {
    ImageLoaderOptions options = options_with(OnError::kReplace);
    options.threads = threads;
    const auto loader = open(make_bad_source(), options);
    replacements.clear();
    BatchDigest digest;
    good->start_epoch(0);
    for (BatchPtr& batch : loader->epoch(0)) {
      const BatchPtr whole = good->next().value();
      ASSERT_EQ(batch->size(), 8);
      digest.add(*batch);
      for (int slot = 0; slot < 8; ++slot) {
        const int64_t wanted = whole->ids()[slot];
        const int64_t got = batch->ids()[slot];
        EXPECT_EQ(batch->labels()[slot], got % 10) << "the label is the replacement's";
        if (wanted == 9 || wanted == 30 || wanted == 31) {
          replacements.push_back(got - wanted);
          EXPECT_TRUE(got != 9 && got != 30 && got != 31);
        } else {
          EXPECT_EQ(got, wanted);
        }
      }
    }
    digests.insert(digest.hex());
    EXPECT_EQ(loader->bad_samples_of_epoch().total(), 3);
  }
  EXPECT_EQ(digests.size(), 1U);
  ASSERT_EQ(replacements.size(), 3U);
  EXPECT_GT(std::set<int64_t>(replacements.begin(), replacements.end()).size(), 1U)
      << "not always the record a fixed step away";
}

// Whoever always takes the next one shows its picture twice as often as the others.
TEST(BadSamples, ReplacementsComeFromTheWholeDataSet) {
  const auto source = std::make_shared<FakeSource>(64);
  source->failures[20] = io_error("gone");
  const auto loader = open(source, options_with(OnError::kReplace));
  std::map<int64_t, int> taken;
  const int epochs = 200;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    std::map<int64_t, int> seen;
    for (BatchPtr& batch : loader->epoch(epoch)) {
      for (const int64_t id : batch->ids()) ++seen[id];
    }
    for (const auto& [id, times] : seen) taken[id] += times - 1;
  }
  int most = 0;
  for (const auto& [id, times] : taken) most = std::max(most, times);
  EXPECT_GT(
      std::count_if(taken.begin(), taken.end(), [](const auto& one) { return one.second > 0; }),
      50);
  EXPECT_LT(most, 15) << "of 200 over 63 records";
}

TEST(BadSamples, ABudgetOfCountAndOfFraction) {
  const auto message = [](auto change) {
    ImageLoaderOptions options = options_with(OnError::kSkip);
    options.shuffle = false;
    change(options.bad_samples);
    std::set<std::string> messages;
    for (const int threads : {1, 7}) {
      options.threads = threads;
      const auto loader = open(make_bad_source(), options);
      loader->start_epoch(0);
      Result<BatchPtr> batch = loader->next();
      while (batch.ok() && *batch != nullptr) batch = loader->next();
      messages.insert(batch.ok() ? "" : batch.status().message());
    }
    EXPECT_EQ(messages.size(), 1U);
    return *messages.begin();
  };
  EXPECT_EQ(message([](auto& o) { o.max_count = 3; }), "");
  EXPECT_THAT(message([](auto& o) { o.max_count = 2; }),
              AllOf(HasSubstr("3 samples of epoch 0 are bad"), HasSubstr("max_bad_count = 2"),
                    HasSubstr("fake:31: the disk")));
  EXPECT_THAT(message([](auto& o) { o.max_count = 0; }), HasSubstr("fake:9: gone"));
  EXPECT_EQ(message([](auto& o) { o.max_fraction = 3.0 / 64; }), "");
  EXPECT_THAT(message([](auto& o) { o.max_fraction = 2.9 / 64; }), HasSubstr("max_bad_fraction"));
}

TEST(BadSamples, TheBudgetIsForEachEpochAndHoldsOverAResume) {
  ImageLoaderOptions options = options_with(OnError::kSkip);
  options.shuffle = false;
  options.bad_samples.max_count = 3;
  const auto source = make_bad_source();
  {
    const auto loader = open(source, options);
    for (int epoch = 0; epoch < 3; ++epoch) {
      for (BatchPtr& batch : loader->epoch(epoch)) ASSERT_NE(batch, nullptr);
      EXPECT_EQ(loader->bad_samples_of_epoch().total(), 3);
    }
    EXPECT_EQ(loader->bad_samples().total(), 9);
    loader->start_epoch(3);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(loader->next().ok());  // up to record 31
    options.resume_from = loader->state();
  }
  source->failures[40] = io_error("one more");
  const auto loader = open(source, options);
  loader->start_epoch(3);
  ASSERT_TRUE(loader->next().ok());
  EXPECT_THAT(loader->next().status().message(), HasSubstr("4 samples of epoch 3"));
}

TEST(BadSamples, TheQuarantineFileListsEachOnce) {
  const TempFolder folder;
  std::set<std::string> files;
  for (const int threads : {1, 7}) {
    ImageLoaderOptions options = options_with(OnError::kReplace);
    options.shuffle = false;
    options.threads = threads;
    options.bad_samples.quarantine = folder / ("bad" + std::to_string(threads) + ".jsonl");
    const auto loader = open(make_bad_source(), options);
    for (int epoch = 0; epoch < 2; ++epoch) {
      for (BatchPtr& batch : loader->epoch(epoch)) ASSERT_NE(batch, nullptr);
    }
    const auto lines = lines_of(options.bad_samples.quarantine);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].dump(),
              nlohmann::json::parse(
                  R"({"record":9,"source":"fake:9","offset":null,"category":"not found",)"
                  R"("reason":"gone","epoch":0,"rank":0,"action":"replace"})")
                  .dump());
    EXPECT_EQ(lines[1]["record"], 30);
    EXPECT_EQ(lines[2]["record"], 31);
    std::string all;
    for (const auto& line : lines) all += line.dump();
    files.insert(all);
  }
  EXPECT_EQ(files.size(), 1U);
}

TEST(BadSamples, AFileThatCannotBeWrittenIsNamed) {
  ImageLoaderOptions options = options_with(OnError::kSkip);
  options.bad_samples.quarantine = "/no/such/folder/bad.jsonl";
  EXPECT_THAT(open_image_loader(make_bad_source(), options).status().message(),
              HasSubstr("/no/such/folder/bad.jsonl"));
  options.bad_samples.quarantine = "/dev/full";
  const auto loader = open(make_bad_source(), options);
  loader->start_epoch(0);
  Result<BatchPtr> batch = loader->next();
  while (batch.ok() && *batch != nullptr) batch = loader->next();
  EXPECT_EQ(batch.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(batch.status().message(), HasSubstr("/dev/full"));
}

TEST(BadSamples, ABatchWithoutAnyGoodSampleIsAnErrorNotEmpty) {
  const auto source = std::make_shared<FakeSource>(64);
  for (int64_t i = 8; i < 16; ++i) source->failures[i] = io_error("gone");
  ImageLoaderOptions options = options_with(OnError::kSkip);
  options.shuffle = false;
  options.bad_samples.max_fraction = 1;
  const auto loader = open(source, options);
  loader->start_epoch(0);
  ASSERT_TRUE(loader->next().ok());
  EXPECT_THAT(loader->next().status().message(),
              AllOf(HasSubstr("batch 1 of epoch 0"), HasSubstr("fake:8: gone")));
}

TEST(BadSamples, WithNothingGoodToTakeReplacingEnds) {
  const auto source = std::make_shared<FakeSource>(64);
  for (int64_t i = 0; i < 64; ++i) source->failures[i] = io_error("all gone");
  ImageLoaderOptions options = options_with(OnError::kReplace);
  options.bad_samples.max_fraction = 1;
  options.shuffle = false;
  const auto loader = open(source, options);
  loader->start_epoch(0);
  EXPECT_THAT(loader->next().status().message(),
              AllOf(HasSubstr("fake:0: all gone"), HasSubstr("16 records drawn")));
}

TEST(BadSamples, OurOwnMistakesAreNoData) {
  const auto source = std::make_shared<FakeSource>(64);
  source->failures[5] = internal_error("a broken promise");
  for (const OnError on_error : {OnError::kSkip, OnError::kReplace}) {
    const auto loader = open(source, options_with(on_error));
    EXPECT_THROW(digest_of(*loader, 1), Error);
    EXPECT_EQ(loader->bad_samples().total(), 0);
  }
}

TEST(BadSamples, PaddingCountsOnce) {
  const auto source = std::make_shared<FakeSource>(20);
  source->failures[1] = io_error("gone");
  ImageLoaderOptions options = options_with(OnError::kReplace);
  options.shuffle = false;
  options.tail = TailPolicy::kPad;  // records 0 to 3 pad the last batch
  const auto loader = open(source, options);
  for (BatchPtr& batch : loader->epoch(0)) ASSERT_EQ(batch->size(), 8);
  EXPECT_EQ(loader->bad_samples_of_epoch().total(), 1);
}

TEST(BadSamples, SkippingKeepsPaddingMarked) {
  const auto source = std::make_shared<FakeSource>(20);
  source->failures[17] = io_error("gone");
  ImageLoaderOptions options = options_with(OnError::kSkip);
  options.shuffle = false;
  options.tail = TailPolicy::kPad;
  const auto loader = open(source, options);
  loader->start_epoch(0);
  ASSERT_TRUE(loader->next().ok());
  ASSERT_TRUE(loader->next().ok());
  const BatchPtr last = loader->next().value();
  EXPECT_THAT(last->ids(), ElementsAre(16, 18, 19, 0, 1, 2, 3));
  EXPECT_THAT(last->valid(), ElementsAre(1, 1, 1, 0, 0, 0, 0));
}

TEST(BadSamples, OptionsOutOfRangeAreNamed) {
  const auto source = std::make_shared<FakeSource>(20);
  ImageLoaderOptions options = small_options();
  options.bad_samples.max_count = -1;
  EXPECT_THAT(open_image_loader(source, options).status().message(), HasSubstr("max_count"));
  options.bad_samples.max_count = 0;
  options.bad_samples.max_fraction = std::nan("");
  EXPECT_THAT(open_image_loader(source, options).status().message(), HasSubstr("max_fraction"));
}

}  // namespace
}  // namespace headrace
