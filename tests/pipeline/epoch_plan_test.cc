#include "headrace/pipeline/epoch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <vector>

namespace headrace {
namespace {

using testing::ElementsAre;

// What a batch holds: positions, and for each whether it counts.
using Batch = std::vector<std::pair<int64_t, bool>>;

std::vector<Batch> planned(int64_t records, int batch_size, int rank, int ranks, TailPolicy tail) {
  const EpochPlan plan(records, batch_size, rank, ranks, tail);
  std::vector<Batch> batches;
  for (int64_t b = 0; b < plan.batches(); ++b) {
    const EpochPlan::Slots slots = plan.slots(b);
    Batch& batch = batches.emplace_back();
    for (int s = 0; s < slots.size; ++s) {
      batch.emplace_back(plan.position(slots, s), s < slots.valid);
    }
  }
  return batches;
}

// The same by dealing out one position after the other.
std::vector<Batch> dealt(int64_t records, int batch_size, int rank, int ranks, TailPolicy tail) {
  const int64_t global = int64_t{batch_size} * ranks;
  const int64_t whole = records / global * global;
  const int64_t rounded_up = (records + global - 1) / global * global;
  const int64_t end = tail == TailPolicy::kDrop  ? whole
                      : tail == TailPolicy::kPad ? rounded_up
                                                 : records;
  std::map<int64_t, Batch> batches;
  for (int64_t p = 0; p < end; ++p) {
    if (p % global / batch_size == rank) batches[p / global].emplace_back(p % records, p < records);
  }
  std::vector<Batch> result;
  for (auto& [number, batch] : batches) result.push_back(std::move(batch));
  return result;
}

TEST(EpochPlan, IsWhatDealingOutGives) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto records = static_cast<int64_t>(1 + random() % 300);
    const int batch_size = static_cast<int>(1 + random() % 20);
    const int ranks = static_cast<int>(1 + random() % 9);
    const int rank = static_cast<int>(random() % static_cast<unsigned>(ranks));
    const auto tail = static_cast<TailPolicy>(random() % 3);
    ASSERT_EQ(planned(records, batch_size, rank, ranks, tail),
              dealt(records, batch_size, rank, ranks, tail))
        << records << " records, batch size " << batch_size << ", rank " << rank << " of " << ranks
        << ", " << tail_policy_name(tail);
  }
}

// The promises of TailPolicy, over all ranks together.
TEST(EpochPlan, RanksAreInStepAndShareTheRecords) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 3000; ++i) {
    const auto records = static_cast<int64_t>(1 + random() % 300);
    const int batch_size = static_cast<int>(1 + random() % 20);
    const int ranks = static_cast<int>(1 + random() % 9);
    for (const TailPolicy tail : {TailPolicy::kDrop, TailPolicy::kPad, TailPolicy::kUneven}) {
      std::multiset<int64_t> valid;
      std::set<size_t> counts;
      int64_t samples = 0;
      for (int rank = 0; rank < ranks; ++rank) {
        const auto batches = planned(records, batch_size, rank, ranks, tail);
        samples += EpochPlan(records, batch_size, rank, ranks, tail).samples();
        counts.insert(batches.size());
        for (const Batch& batch : batches) {
          if (tail != TailPolicy::kUneven) {
            ASSERT_EQ(batch.size(), static_cast<size_t>(batch_size));
          }
          for (const auto& [position, counts_as_one] : batch) {
            if (counts_as_one) valid.insert(position);
          }
        }
      }
      const int64_t global = int64_t{batch_size} * ranks;
      ASSERT_EQ(valid.size(), static_cast<size_t>(samples));
      ASSERT_EQ(valid.size(), std::set<int64_t>(valid.begin(), valid.end()).size()) << "overlap";
      if (tail == TailPolicy::kDrop) {
        ASSERT_EQ(samples, records / global * global);
      } else {
        ASSERT_EQ(samples, records);
      }
      if (tail != TailPolicy::kUneven) {
        ASSERT_EQ(counts.size(), 1U) << "ranks out of step";
      }
    }
  }
}

TEST(EpochPlan, AnExample) {
  const auto first_of = [](TailPolicy tail, int rank) {
    std::vector<int64_t> positions;
    for (const Batch& batch : planned(11, 2, rank, 2, tail)) {
      for (const auto& slot : batch) positions.push_back(slot.first);
    }
    return positions;
  };
  EXPECT_THAT(first_of(TailPolicy::kDrop, 0), ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(first_of(TailPolicy::kDrop, 1), ElementsAre(2, 3, 6, 7));
  EXPECT_THAT(first_of(TailPolicy::kPad, 0), ElementsAre(0, 1, 4, 5, 8, 9));
  EXPECT_THAT(first_of(TailPolicy::kPad, 1), ElementsAre(2, 3, 6, 7, 10, 0));
  EXPECT_THAT(first_of(TailPolicy::kUneven, 1), ElementsAre(2, 3, 6, 7, 10));
}

}  // namespace
}  // namespace headrace
