#include "headrace/pipeline/batch_digest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fake_source.h"
#include "headrace/pipeline/batch_pool.h"
#include "headrace/pipeline/image_loader.h"

namespace headrace {
namespace {

BatchPtr blank(BatchPool& pool) {
  BatchPtr batch = pool.take_new();
  std::fill_n(batch->images(), batch->floats_per_sample() * 2, 0.0F);
  return batch;
}

TEST(BatchDigest, OrderMatters) {
  const auto pool = std::make_shared<BatchPool>(2, 4);
  const BatchPtr a = blank(*pool);
  BatchDigest once;
  BatchDigest twice;
  once.add(*a);
  twice.add(*a);
  EXPECT_EQ(once.hex(), twice.hex());
  EXPECT_EQ(once.hex().size(), 32U);
  twice.add(*a);
  EXPECT_NE(once.hex(), twice.hex());
}

TEST(BatchDigest, EveryPartCounts) {
  ImageLoaderOptions options{.batch_size = 2, .threads = 1};
  options.transform.size = 8;
  const auto loader = open_image_loader(std::make_shared<FakeSource>(2), options).value();
  loader->start_epoch(0);
  const BatchPtr batch = loader->next().value();
  const auto digest = [&] {
    BatchDigest one;
    one.add(*batch);
    return one.hex();
  };
  const std::string before = digest();
  batch->images()[2 * batch->floats_per_sample() - 1] += 1;
  const std::string other_pixel = digest();
  EXPECT_NE(before, other_pixel);
  batch->labels()[1] += 1;
  EXPECT_NE(other_pixel, digest());
}

TEST(BatchPool, LendsWhatCameBackAndOutlivesItsOwner) {
  auto pool = std::make_shared<BatchPool>(2, 4);
  EXPECT_EQ(pool->take(), nullptr);
  BatchPtr batch = pool->take_new();
  EXPECT_EQ(batch->floats_per_sample(), 48U);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(batch->images()) % 64, 0U);
  const Batch* first = batch.get();
  batch.reset();
  batch = pool->take();
  EXPECT_EQ(batch.get(), first);
  EXPECT_EQ(pool->bytes(), pool->batch_bytes());
  pool.reset();
  batch->images()[95] = 1;  // ASan watches
  batch.reset();
}

}  // namespace
}  // namespace headrace
