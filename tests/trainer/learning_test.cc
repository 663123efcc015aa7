// The whole way, from files to a model that has learnt.

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "headrace/pipeline/image_loader.h"
#include "headrace/trainer/model.h"
#include "headrace/trainer/optimizer.h"
#include "headrace/trainer/resnet.h"
#include "headrace/trainer/torch_runtime.h"
#include "headrace/trainer/training_step.h"

namespace headrace {
namespace {

TEST(Learning, LossFallsOnTheIncludedData) {
  ImageLoaderOptions options;
  options.batch_size = 16;
  options.transform.size = 48;
  options.transform.scale = {0.8, 1.0};
  options.threads = 1;
  const auto loader = open_image_loader(HEADRACE_TEST_DATA "/sign-digits/train", options).value();

  seed_weights(0);
  const auto model = make_resnet({.blocks = {1, 1, 1, 1}}, 10);  // half of ResNet-18
  to_channels_last(*model);
  const auto group = ProcessGroup::connect({}).value();
  const auto reducer = GradientReducer::create(model->parameters(), *group, {}).value();
  TrainingStep step(model, make_sgd(model->parameters(), {.learning_rate = 0.01}), *reducer,
                    {.precision = Precision::kBfloat16});

  StepProfiler profiler;
  std::vector<double> losses;
  loader->start_epoch(0);  // of 90 batches
  for (int i = 0; i < 64; ++i) {
    BatchPtr batch = loader->next().value();
    profiler.begin_step();
    losses.push_back(step.run(to_tensors(std::move(batch)), profiler).value());
    profiler.end_step();
  }
  const double first = losses[0];
  const double last = std::accumulate(losses.end() - 10, losses.end(), 0.) / 10;
  EXPECT_NEAR(first, std::log(10.), 0.6) << "ten classes, nothing known";
  EXPECT_LT(last, 0.5 * first);
}

}  // namespace
}  // namespace headrace
