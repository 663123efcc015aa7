#include "headrace/trainer/tensor_bridge.h"

#include <gtest/gtest.h>

#include "headrace/pipeline/batch_pool.h"
#include "headrace/pipeline/image_loader.h"

namespace headrace {
namespace {

TEST(TensorBridge, SharesTheBatchsMemory) {
  ImageLoaderOptions options;
  options.batch_size = 5;
  options.transform.size = 32;
  options.threads = 1;
  const auto loader = open_image_loader(HEADRACE_TEST_DATA "/sign-digits/val", options).value();
  loader->start_epoch(0);
  BatchPtr batch = loader->next().value();
  float* const images = batch->images();
  const int64_t* const labels = batch->labels().data();
  const std::vector<int64_t> expected(batch->labels().begin(), batch->labels().end());

  const BatchTensors tensors = to_tensors(std::move(batch));
  EXPECT_EQ(tensors.images.data_ptr(), images);
  EXPECT_EQ(tensors.labels.data_ptr(), labels);
  EXPECT_EQ(tensors.images.sizes(), (at::IntArrayRef{5, 3, 32, 32}));
  EXPECT_EQ(tensors.labels.sizes(), at::IntArrayRef{5});
  EXPECT_EQ(tensors.images.scalar_type(), at::kFloat);
  EXPECT_EQ(tensors.labels.scalar_type(), at::kLong);
  EXPECT_TRUE(tensors.images.is_contiguous());
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(tensors.labels.data_ptr<int64_t>()[i], expected[static_cast<size_t>(i)]);
    EXPECT_EQ(tensors.images.select(0, i).data_ptr(), images + i * 3 * 32 * 32);
  }
}

TEST(TensorBridge, GivesTheBatchBackWithTheLastTensor) {
  const auto pool = std::make_shared<BatchPool>(4, 16);
  BatchTensors tensors = to_tensors(pool->take_new());
  EXPECT_EQ(pool->take(), nullptr);
  tensors.images.reset();
  EXPECT_EQ(pool->take(), nullptr) << "the labels are still there";
  at::Tensor view = tensors.labels.view({-1});
  tensors.labels.reset();
  EXPECT_EQ(pool->take(), nullptr) << "a view is still there";
  view.reset();
  EXPECT_NE(pool->take(), nullptr);
}

TEST(TensorBridge, TensorsMayOutliveThePool) {
  auto pool = std::make_shared<BatchPool>(4, 16);
  const std::weak_ptr<BatchPool> watch = pool;
  BatchTensors tensors = to_tensors(pool->take_new());
  pool.reset();
  EXPECT_FALSE(watch.expired());
  tensors = {};
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace headrace
