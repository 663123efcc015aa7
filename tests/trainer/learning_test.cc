// The whole way, from files to a model that has learnt.

#include <gtest/gtest.h>

#include <numeric>

#include "headrace/pipeline/image_loader.h"
#include "headrace/trainer/model.h"
#include "headrace/trainer/models.h"
#include "headrace/trainer/optimizer.h"
#include "headrace/trainer/torch_runtime.h"
#include "headrace/trainer/training_step.h"

namespace headrace {
namespace {

TEST(Learning, LossFallsOnTheIncludedData) {
  seed_weights(0);
  ImageLoaderOptions options;
  options.batch_size = 32;
  options.transform.size = 32;
  options.transform.scale = {0.5, 1.0};
  options.threads = 1;
  const auto loader = open_image_loader(HEADRACE_TEST_DATA "/sign-digits/train", options).value();

  const auto model = make_model("resnet18", 10).value();
  to_channels_last(*model);
  const auto group = ProcessGroup::connect({}).value();
  const auto reducer = GradientReducer::create(model->parameters(), *group, {}).value();
  TrainingStep step(model, make_sgd(model->parameters(), {.learning_rate = 0.02}), *reducer,
                    {.precision = Precision::kBfloat16});

  StepProfiler profiler;
  std::vector<double> losses;
  for (int epoch = 0; losses.size() < 40; ++epoch) {
    for (BatchPtr& batch : loader->epoch(epoch)) {
      profiler.begin_step();
      losses.push_back(step.run(to_tensors(std::move(batch)), profiler).value());
      profiler.end_step();
    }
  }
  for (double l : losses) printf("%.2f ", l);
  const double first = losses[0];
  const double last = std::accumulate(losses.end() - 10, losses.end(), 0.) / 10;
  EXPECT_NEAR(first, std::log(10.), 0.6) << "ten classes, nothing known";
  EXPECT_LT(last, 0.6 * first);
}

}  // namespace
}  // namespace headrace
