#include "headrace/pipeline/sample_worker.h"

#include <gtest/gtest.h>

#include "index_data.h"
#include "support/allocation_counter.h"

namespace headrace {
namespace {

class SampleWorkerTest : public testing::Test {
 protected:
  static constexpr int64_t kRecords = 60;

  static Transform make_transform() {
    TransformOptions options;
    options.size = 32;
    return Transform::create(options).value();
  }
  std::unique_ptr<SideIndex> open_index() const {
    return open_side_index(*source_, kJpegIndexKind, SideIndexMode::kReadWrite).value();
  }
  void run_epoch(SampleWorker& worker, uint64_t epoch) {
    for (uint64_t record = 0; record < kRecords; ++record) {
      ASSERT_TRUE(worker.process(slot_.data(), static_cast<int64_t>(record), {1, epoch, record})
                      .status.ok());
    }
  }

  const TempFolder folder_;
  const std::shared_ptr<FakeSource> source_ = make_source(kRecords, folder_);
  const Transform transform_ = make_transform();
  std::vector<float> slot_ = std::vector<float>(transform_.sample_floats());
};

TEST_F(SampleWorkerTest, NoAllocationOnceTheLargestSizesWereSeen) {
  const auto index = open_index();
  SampleWorker worker(*source_, transform_, {}, IndexUse::kGrow, index.get());
  for (uint64_t epoch = 0; epoch < 2; ++epoch) {
    run_epoch(worker, epoch);
    ASSERT_TRUE(index->flush().ok());
  }
  run_epoch(worker, 2);
  int64_t known_rows = 0;
  for (const std::string& blob : stored_indexes(*source_)) known_rows += blob.size() / 8;
  ASSERT_TRUE(index->flush().ok());

  const int before = allocations();
  EXPECT_GT(before, 0);
  run_epoch(worker, 3);
  EXPECT_EQ(allocations(), before);

  ASSERT_TRUE(index->flush().ok());
  int64_t more_rows = 0;
  for (const std::string& blob : stored_indexes(*source_)) more_rows += blob.size() / 8;
  EXPECT_GT(more_rows, known_rows) << "while it was still growing";
}

TEST_F(SampleWorkerTest, WhatComesFromStorageIsReadingAndIsCountedOnce) {
  const auto index = open_index();
  SampleWorker worker(*source_, transform_, {}, IndexUse::kGrow, index.get());
  run_epoch(worker, 0);
  StageStats stats;
  worker.add_stats(stats);
  for (const StageTotals& stage : stats.stages) EXPECT_EQ(stage.count, kRecords);
  EXPECT_EQ(stats.samples, kRecords);
}

}  // namespace
}  // namespace headrace
