// The engine with samples that are nothing but a mark in their slot.
#include "headrace/pipeline/loader_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "fake_source.h"
#include "support/allocation_counter.h"

namespace headrace {
namespace {

// Where each record's sample was written.
class Slots {
 public:
  explicit Slots(int64_t records) : at_(static_cast<size_t>(records)) {}
  std::atomic<float*>& operator[](int64_t record) { return at_[static_cast<size_t>(record)]; }

 private:
  std::vector<std::atomic<float*>> at_;
};

class MarkingFiller final : public SampleFiller {
 public:
  explicit MarkingFiller(Slots& slots) : slots_(slots) {}
  Outcome process(float* slot, int64_t record, const RandomKey&) override {
    slots_[record] = slot;
    *slot = static_cast<float>(record);
    return {.status = {}, .label = record % 7};
  }
  void add_stats(StageStats&) const override {}
  uint64_t buffer_bytes() const override { return 0; }

 private:
  Slots& slots_;
};

class LoaderEngineTest : public testing::Test {
 protected:
  static constexpr int64_t kRecords = 4096;

  std::unique_ptr<LoaderEngine> make(int threads, int64_t last_epoch) {
    ImageLoaderOptions options{.batch_size = 64, .threads = threads};
    options.last_epoch = last_epoch;
    options.transform.size = 4;
    const EpochPlan plan(kRecords, options.batch_size, 0, 1, options.tail);
    return std::make_unique<LoaderEngine>(
        source_, options, plan, [&] { return std::make_unique<MarkingFiller>(slots_); },
        [this] { ++epoch_ends_; }, BadSampleLog::open({}, source_, plan.samples(), 0).value(),
        std::nullopt);
  }

  const FakeSource source_{kRecords};
  Slots slots_{kRecords};
  int epoch_ends_ = 0;
};

// From sample to batch there is no copy: what a worker wrote is what the caller gets.
TEST_F(LoaderEngineTest, SamplesAreWrittenWhereTheBatchHasThem) {
  const auto engine = make(3, 0);  // the next epoch would write the records elsewhere
  engine->start_epoch(0);
  int64_t seen = 0;
  while (const BatchPtr batch = engine->next().value()) {
    for (int i = 0; i < batch->size(); ++i, ++seen) {
      const int64_t record = batch->ids()[i];
      float* const sample = batch->images() + batch->floats_per_sample() * static_cast<size_t>(i);
      ASSERT_EQ(slots_[record].load(), sample);
      ASSERT_EQ(*sample, static_cast<float>(record));
      ASSERT_EQ(batch->labels()[i], record % 7);
    }
  }
  EXPECT_EQ(seen, kRecords);
  EXPECT_EQ(epoch_ends_, 1);
}

// By operator new, that is: oneTBB's tasks come from pools of its own, which it keeps.
TEST_F(LoaderEngineTest, NothingIsAllocatedForASampleInTheLongRun) {
  const auto engine = make(2, 100);
  const auto run = [&](int64_t epoch) {
    engine->start_epoch(epoch);
    while (engine->next().value() != nullptr) {
    }
  };
  for (int64_t epoch = 0; epoch < 20; ++epoch) run(epoch);
  const int64_t before = allocations();
  for (int64_t epoch = 20; epoch < 40; ++epoch) run(epoch);
  EXPECT_LT(allocations() - before, 20 * kRecords / 1000) << "of " << 20 * kRecords << " samples";
}

TEST_F(LoaderEngineTest, StatisticsSayWhoWaited) {
  const auto engine = make(2, 0);
  engine->start_epoch(0);
  while (engine->next().value() != nullptr) {
  }
  const StageStats stats = engine->stage_stats();
  EXPECT_EQ(stats.input_waits, kRecords / 64);
  EXPECT_LE(stats.batches_late, stats.input_waits);
  EXPECT_LE(stats.batches_ready, stats.batches_ahead);
  EXPECT_GT(stats.batches_ahead, stats.input_waits);
}

}  // namespace
}  // namespace headrace
