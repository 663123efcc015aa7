#include "headrace/pipeline/image_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>
#include <vector>

#include "loader_cases.h"

namespace headrace {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(ImageLoader, SameBatchesForAnyThreadsAndPrefetch) {
  const auto source = std::make_shared<FakeSource>(100);
  ImageLoaderOptions options = small_options();
  std::set<std::string> digests;
  for (const int threads : {1, 2, 7}) {
    for (const int prefetch : {0, 1, 5}) {
      options.threads = threads;
      options.prefetch_batches = prefetch;
      digests.insert(digest_of(*open(source, options), 2));
    }
  }
  EXPECT_EQ(digests.size(), 1U);
  options.seed = 2;
  digests.insert(digest_of(*open(source, options), 2));
  EXPECT_EQ(digests.size(), 2U) << "another seed, other batches";
}

TEST(ImageLoader, OneSlowSampleDoesNotChangeTheOrder) {
  const auto source = std::make_shared<FakeSource>(40);
  const std::string expected = digest_of(*open(source, small_options()), 1);
  source->delays[3] = std::chrono::milliseconds(60);
  source->delays[17] = std::chrono::milliseconds(60);
  EXPECT_EQ(digest_of(*open(source, small_options()), 1), expected);
}

TEST(ImageLoader, EpochsDifferAndComeBack) {
  const auto source = std::make_shared<FakeSource>(40);
  const auto loader = open(source, small_options());
  const auto ids_of = [&](int64_t epoch) {
    std::vector<int64_t> ids;
    for (BatchPtr& batch : loader->epoch(epoch)) {
      EXPECT_EQ(batch->epoch(), epoch);
      ids.insert(ids.end(), batch->ids().begin(), batch->ids().end());
    }
    return ids;
  };
  const auto first = ids_of(0);
  EXPECT_NE(first, ids_of(1));
  EXPECT_EQ(first, ids_of(0));
  EXPECT_EQ(std::set<int64_t>(first.begin(), first.end()).size(), 40U);
}

TEST(ImageLoader, LabelsBelongToTheirIds) {
  const auto loader = open(std::make_shared<FakeSource>(64), small_options());
  int batches = 0;
  for (BatchPtr& batch : loader->epoch(0)) {
    EXPECT_EQ(batch->index(), batches++);
    for (int i = 0; i < batch->size(); ++i) EXPECT_EQ(batch->labels()[i], batch->ids()[i] % 10);
  }
  EXPECT_EQ(batches, 8);
  EXPECT_EQ(loader->batches_per_epoch(), 8);
}

TEST(ImageLoader, PixelsAreNormalisedAndDiffer) {
  const auto loader = open(std::make_shared<FakeSource>(8), small_options());
  for (BatchPtr& batch : loader->epoch(0)) {
    const size_t n = batch->floats_per_sample() * static_cast<size_t>(batch->size());
    const auto [least, greatest] = std::minmax_element(batch->images(), batch->images() + n);
    EXPECT_GE(*least, -2.2F);    // (0 - 0.485) / 0.229
    EXPECT_LE(*greatest, 2.7F);  // (1 - 0.406) / 0.225
    EXPECT_GT(*greatest - *least, 1.0F);
  }
}

TEST(ImageLoader, TheLastBatchIsKeptOrDropped) {
  const auto source = std::make_shared<FakeSource>(20);
  ImageLoaderOptions options = small_options();
  EXPECT_EQ(open(source, options)->batches_per_epoch(), 2);
  options.tail = TailPolicy::kUneven;
  const auto loader = open(source, options);
  std::vector<int> sizes;
  std::set<int64_t> ids;
  for (BatchPtr& batch : loader->epoch(3)) {
    sizes.push_back(batch->size());
    ids.insert(batch->ids().begin(), batch->ids().end());
  }
  EXPECT_THAT(sizes, testing::ElementsAre(8, 8, 4));
  EXPECT_EQ(ids.size(), 20U);
}

// Two ranks of 4 see what one rank of 8 sees, slot by slot.
TEST(ImageLoader, RanksShareEachGlobalBatch) {
  const auto source = std::make_shared<FakeSource>(50);
  const auto whole = open(source, small_options());
  ImageLoaderOptions options = small_options();
  options.batch_size = 4;
  options.ranks = 2;
  std::vector<std::unique_ptr<ImageLoader>> ranks;
  for (options.rank = 0; options.rank < 2; ++options.rank) ranks.push_back(open(source, options));

  whole->start_epoch(1);
  for (auto& rank : ranks) rank->start_epoch(1);
  for (int64_t i = 0; i < whole->batches_per_epoch(); ++i) {
    const BatchPtr all = whole->next().value();
    for (int r = 0; r < 2; ++r) {
      const BatchPtr part = ranks[r]->next().value();
      ASSERT_EQ(part->size(), 4);
      EXPECT_TRUE(std::equal(part->ids().begin(), part->ids().end(), all->ids().begin() + 4 * r));
      const size_t floats = part->floats_per_sample() * 4;
      EXPECT_TRUE(std::equal(part->images(), part->images() + floats, all->images() + floats * r));
    }
  }
  EXPECT_EQ(ranks[0]->next().value(), nullptr);
  EXPECT_EQ(ranks[1]->next().value(), nullptr);
}

TEST(ImageLoader, AfterTheEndThereIsNothingMore) {
  const auto loader = open(std::make_shared<FakeSource>(8), small_options());
  EXPECT_EQ(loader->next().status().code(), StatusCode::kInvalidArgument) << "before any epoch";
  loader->start_epoch(0);
  EXPECT_NE(loader->next().value(), nullptr);
  EXPECT_EQ(loader->next().value(), nullptr);
  EXPECT_EQ(loader->next().value(), nullptr);
}

TEST(ImageLoader, ABadSampleIsNamedTheSameForAnyThreadCount) {
  const auto source = std::make_shared<FakeSource>(64);
  source->bytes_of[30] = "this is no picture";
  source->failures[31] = io_error("the disk is on fire");
  ImageLoaderOptions options = small_options();
  std::set<std::string> messages;
  for (const int threads : {1, 2, 7}) {
    options.threads = threads;
    const auto loader = open(source, options);
    loader->start_epoch(0);
    Result<BatchPtr> batch = loader->next();
    while (batch.ok() && *batch != nullptr) batch = loader->next();
    ASSERT_FALSE(batch.ok());
    messages.insert(batch.status().message());
    EXPECT_EQ(loader->next().value(), nullptr) << "the epoch is over";
  }
  EXPECT_EQ(messages.size(), 1U);
  EXPECT_THAT(*messages.begin(), HasSubstr("fake:3"));
}

TEST(ImageLoader, TheFirstBadSampleOfABatchIsReportedNotTheFastest) {
  const auto source = std::make_shared<FakeSource>(8);
  source->delays[1] = std::chrono::milliseconds(50);
  source->failures[1] = io_error("slow and gone");
  source->failures[6] = io_error("gone at once");
  ImageLoaderOptions options = small_options();
  options.shuffle = false;
  options.threads = 7;
  const auto loader = open(source, options);
  loader->start_epoch(0);
  EXPECT_EQ(loader->next().status().message(), "fake:1: slow and gone");
}

TEST(ImageLoader, AnEpochAugmentsAnew) {
  ImageLoaderOptions options = small_options();
  options.shuffle = false;
  const auto loader = open(std::make_shared<FakeSource>(8), options);
  const auto pixels_of = [&](int64_t epoch) {
    loader->start_epoch(epoch);
    const BatchPtr batch = loader->next().value();
    return std::vector<float>(batch->images(), batch->images() + 8 * batch->floats_per_sample());
  };
  EXPECT_NE(pixels_of(0), pixels_of(1));
  EXPECT_EQ(pixels_of(1), pixels_of(1));
}

TEST(ImageLoader, WorksAgainAfterAnError) {
  const auto source = std::make_shared<FakeSource>(16);
  source->failures[5] = io_error("gone");
  const auto loader = open(source, small_options());
  EXPECT_THROW(for (BatchPtr& batch : loader->epoch(0)) EXPECT_EQ(batch->size(), 8), Error);
  source->failures.clear();
  EXPECT_EQ(digest_of(*loader, 1), digest_of(*open(source, small_options()), 1));
}

TEST(ImageLoader, AnExceptionOfTheSourceIsAnError) {
  class Throwing final : public RecordSource {
   public:
    std::string_view format() const override { return "fake"; }
    std::string_view payload() const override { return "original"; }
    int64_t size() const override { return 8; }
    const std::vector<std::string>& class_names() const override { return names_; }
    uint64_t fingerprint() const override { return 0; }
    SideFileHome side_file_home() const override { return {}; }
    Status read(Record&, int64_t) const override {
      throw std::runtime_error("a bug of the user's");
    }
    RecordPlace place(int64_t index) const override {
      return {.file = "thrower:" + std::to_string(index)};
    }

   private:
    std::vector<std::string> names_;
  };
  const auto loader = open(std::make_shared<Throwing>(), small_options());
  loader->start_epoch(0);
  EXPECT_THAT(loader->next().status().message(),
              AllOf(HasSubstr("thrower:"), HasSubstr("a bug of the user's")));
}

TEST(ImageLoader, EarlyBreakAndDestructionWithFullQueue) {
  const auto source = std::make_shared<FakeSource>(400);
  ImageLoaderOptions options = small_options();
  options.prefetch_batches = 6;
  for (int round = 0; round < 20; ++round) {
    const auto loader = open(source, options);
    for (BatchPtr& batch : loader->epoch(round)) {
      if (batch->index() == round % 3) break;
    }
    if (round % 2 == 0) loader->start_epoch(round + 1);
  }
}

TEST(ImageLoader, BatchesOutliveTheLoader) {
  auto loader = open(std::make_shared<FakeSource>(16), small_options());
  loader->start_epoch(0);
  BatchPtr batch = loader->next().value();
  const float first = batch->images()[0];
  loader.reset();
  EXPECT_EQ(batch->images()[0], first);
  std::thread([moved = std::move(batch)]() mutable { moved.reset(); }).join();
}

TEST(ImageLoader, MemoryStaysWhatThePrefetchNeeds) {
  ImageLoaderOptions options = small_options();
  options.prefetch_batches = 3;
  const auto loader = open(std::make_shared<FakeSource>(200), options);
  const uint64_t batch_bytes = uint64_t{8} * 3 * 48 * 48 * sizeof(float);
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (BatchPtr& batch : loader->epoch(epoch)) ASSERT_NE(batch, nullptr);
  }
  EXPECT_LE(loader->memory_bytes(), (3 + 1) * batch_bytes + 300'000);
}

TEST(ImageLoader, ACallerThatKeepsEveryBatchGetsAnErrorNotADeadlock) {
  ImageLoaderOptions options = small_options();
  const uint64_t batch_bytes = uint64_t{8} * 3 * 48 * 48 * sizeof(float);
  options.memory_budget_bytes = 5 * batch_bytes - 1;
  const auto loader = open(std::make_shared<FakeSource>(800), options);
  loader->start_epoch(0);
  std::vector<BatchPtr> kept;
  Result<BatchPtr> batch = loader->next();
  while (batch.ok() && *batch != nullptr) {
    kept.push_back(std::move(*batch));
    batch = loader->next();
  }
  EXPECT_EQ(batch.status().code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(batch.status().message(), HasSubstr("memory_budget_bytes"));
  EXPECT_EQ(kept.size(), 4U);
}

TEST(ImageLoader, TwoLoadersAtOnceGetTheirThreads) {
  const auto source = std::make_shared<FakeSource>(64);
  for (int64_t i = 0; i < 64; ++i) source->delays[i] = std::chrono::milliseconds(5);
  ImageLoaderOptions options = small_options();
  options.threads = 8;
  options.prefetch_batches = 8;
  const auto a = open(source, options);
  const auto b = open(source, options);
  const std::string expected = digest_of(*a, 1);
  std::string other;
  std::thread thread([&] { other = digest_of(*b, 1); });
  EXPECT_EQ(digest_of(*a, 1), expected);
  thread.join();
  EXPECT_EQ(other, expected);
  // Reads sleep, so all sixteen workers can be in one. oneTBB by itself would give two cores one
  // worker, and two limits of eight would give eight.
  EXPECT_GT(source->most_reading, 8);
}

TEST(ImageLoader, StatisticsCountEverySampleAndStage) {
  const auto source = std::make_shared<FakeSource>(33);
  source->delays[4] = std::chrono::milliseconds(30);
  ImageLoaderOptions options = small_options();
  options.last_epoch = 0;
  const auto loader = open(source, options);
  for (BatchPtr& batch : loader->epoch(0)) {
    EXPECT_GT(batch->preprocess_wall().count(), 0);
    EXPECT_GT(batch->preprocess_cpu().count(), 0);
  }
  const StageStats stats = loader->stage_stats();
  EXPECT_EQ(stats.samples, 32);
  for (const StageTotals& stage : stats.stages) {
    EXPECT_EQ(stage.count, 32);
    EXPECT_EQ(stage.failures, 0);
    EXPECT_GT(stage.wall.sum.count(), 0);
    EXPECT_EQ(stage.wall.count, 32);
    EXPECT_EQ(stage.wall.histogram.count(), 32);
    EXPECT_LE(stage.wall.histogram.quantile(0.5), stage.wall.histogram.quantile(0.99));
    EXPECT_GT(stage.cpu.count, 0) << "one of sixteen";
  }
  EXPECT_EQ(stats.input_waits, 4);
  const auto paths = stats.decoder_paths.entries();
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].pictures, 32);
  StageStats nothing = stats;
  nothing.subtract(stats);
  EXPECT_EQ(nothing[Stage::kDecode].wall.sum.count(), 0);
  EXPECT_EQ(nothing[Stage::kDecode].wall.histogram.count(), 0);
  EXPECT_EQ(nothing.samples, 0);
  EXPECT_TRUE(nothing.decoder_paths.entries().empty());
  const bool visited = source->reads == 32;
  EXPECT_TRUE(visited);
}

TEST(ImageLoader, ASlowReadShowsInTheReadStageOnly) {
  const auto source = std::make_shared<FakeSource>(8);
  const auto loader = open(source, small_options());
  for (BatchPtr& batch : loader->epoch(0)) ASSERT_NE(batch, nullptr);
  const StageStats before = loader->stage_stats();
  for (int64_t i = 0; i < 8; ++i) source->delays[i] = std::chrono::milliseconds(20);
  for (BatchPtr& batch : loader->epoch(0)) ASSERT_NE(batch, nullptr);
  const StageStats after = loader->stage_stats();
  EXPECT_GE(to_milliseconds(after[Stage::kRead].wall.sum - before[Stage::kRead].wall.sum), 160);
  for (const Stage stage : {Stage::kPeek, Stage::kDecode, Stage::kAugment}) {
    EXPECT_LT(to_milliseconds(after[stage].wall.sum - before[stage].wall.sum), 80);
  }
}

TEST(ImageLoader, OptionsOutOfRangeAreNamed) {
  const auto source = std::make_shared<FakeSource>(20);
  const auto message = [&](auto change) {
    ImageLoaderOptions options = small_options();
    change(options);
    const auto loader = open_image_loader(source, options);
    EXPECT_EQ(loader.status().code(), StatusCode::kInvalidArgument);
    return loader.status().message();
  };
  EXPECT_THAT(message([](auto& o) { o.batch_size = 0; }), HasSubstr("batch_size is 0"));
  EXPECT_THAT(message([](auto& o) { o.threads = -1; }), HasSubstr("threads is -1"));
  EXPECT_THAT(message([](auto& o) { o.prefetch_batches = -2; }), HasSubstr("prefetch_batches"));
  EXPECT_THAT(message([](auto& o) { o.shuffle_block = -1; }), HasSubstr("shuffle_block is -1"));
  EXPECT_THAT(message([](auto& o) { o.rank = 1; }), HasSubstr("rank is 1"));
  EXPECT_THAT(message([](auto& o) { o.transform.size = 0; }), HasSubstr("size"));
  EXPECT_THAT(message([](auto& o) { o.batch_size = 21; }), HasSubstr("20 records"));
}

}  // namespace
}  // namespace headrace
