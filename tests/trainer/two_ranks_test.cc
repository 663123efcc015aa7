// What several processes learn together is what one learns alone.

#include <ATen/ops/from_blob.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "headrace/trainer/model.h"
#include "headrace/trainer/models.h"
#include "headrace/trainer/optimizer.h"
#include "headrace/trainer/torch_runtime.h"
#include "headrace/trainer/training_step.h"
#include "rank_test.h"

namespace headrace {
namespace {

constexpr int kRanks = 2;
constexpr int kBatch = 8;  // per rank

// Some steps of ResNet-18 on this rank's part of a batch of 16 pictures; the parameters afterwards,
// one after the other.
std::vector<float> train(ProcessGroup& group, ReductionMode mode, int steps,
                         StepProfiler& profiler) {
  seed_weights(1);
  const at::Tensor images = at::randn({kRanks * kBatch, 3, 32, 32});
  const at::Tensor labels = at::randint(10, {kRanks * kBatch}, at::kLong);
  const int64_t from = group.rank() * kBatch;
  const int64_t count = kRanks * kBatch / group.world_size();

  seed_weights(2 + static_cast<uint64_t>(group.rank()));  // rank 0's must win
  const auto model = make_model("resnet18", 10).value();
  to_channels_last(*model);
  // Frozen batch norm: in training mode each rank would normalise by its own eight pictures, and
  // the results would rightly differ from those of sixteen.
  model->eval();
  const auto reducer = GradientReducer::create(model->parameters(), group,
                                               {.mode = mode, .bucket_bytes = size_t{4} << 20})
                           .value();
  TrainingStep step(model, make_sgd(model->parameters(), {.learning_rate = 0.05}), *reducer, {});
  for (int i = 0; i < steps; ++i) {
    profiler.begin_step();
    step.run({images.narrow(0, from, count), labels.narrow(0, from, count)}, profiler).value();
    profiler.end_step();
  }
  std::vector<float> all;
  for (const at::Tensor& parameter : model->parameters()) {
    const at::Tensor flat = parameter.detach().contiguous();
    all.insert(all.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  }
  return all;
}

void save(const std::string& path, const std::vector<float>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(float)));
}

std::vector<float> load(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<float> values(file ? static_cast<size_t>(file.tellg()) / sizeof(float) : 0);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

double greatest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return 1e9;
  double greatest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    greatest = std::max(greatest, std::abs(double{a[i]} - double{b[i]}));
  }
  return greatest;
}

void check_times(const StepProfiler& profiler, ReductionMode mode) {
  for (const StepRecord& step : profiler.steps()) {
    EXPECT_GT(step[Phase::kForward].value(), Nanoseconds{0});
    EXPECT_GT(step[Phase::kBackward].value(), Nanoseconds{0});
    EXPECT_GT(step[Phase::kRankWait].value(), Nanoseconds{0});
    EXPECT_GT(step[Phase::kReduction].value(), Nanoseconds{0});
    const ReductionCost& cost = step.reduction.value();
    EXPECT_EQ(step[Phase::kReduction].value(), cost.exposed);
    EXPECT_EQ(cost.busy, cost.exposed + cost.hidden);
    EXPECT_EQ(cost.hidden > Nanoseconds{0}, mode == ReductionMode::kOverlapped);
  }
}

TEST(TwoRanks, OfEightLearnWhatOneOfSixteenDoes) {
  if (is_rank()) {
    as_rank([] {
      const auto group = ProcessGroup::connect(read_rank_environment().value()).value();
      const std::string rank = std::to_string(group->rank());
      for (const ReductionMode mode : {ReductionMode::kExclusive, ReductionMode::kOverlapped}) {
        const std::string name(reduction_mode_name(mode));
        StepProfiler profiler;
        save(SharedFolder::file_of_rank(name + rank), train(*group, mode, 1, profiler));
        // The second overlapped step lays the buckets out anew, the third uses them.
        save(SharedFolder::file_of_rank(name + rank + ".3"), train(*group, mode, 3, profiler));
        check_times(profiler, mode);
      }
    });
  }
  const SharedFolder folder;
  ASSERT_EQ(run_this_test_as_ranks({.ranks = kRanks}).message(), "");

  const auto alone = ProcessGroup::connect({}).value();
  StepProfiler profiler;
  const std::vector<float> start = train(*alone, ReductionMode::kExclusive, 0, profiler);
  const std::vector<float> one = train(*alone, ReductionMode::kExclusive, 1, profiler);
  const std::vector<float> two = load(folder.file("exclusive0"));
  EXPECT_GT(greatest_difference(start, one), 1e-3) << "something was learnt";
  EXPECT_LT(greatest_difference(two, one), 1e-5);
  EXPECT_EQ(load(folder.file("exclusive1")), two) << "both ranks hold the same";

  // Bit for bit: two ranks' sum does not depend on the order, so neither on how buckets are cut.
  // (From three ranks on it does: where in its bucket a gradient lies decides in which order gloo
  // adds.)
  EXPECT_EQ(load(folder.file("overlapped0")), two);
  EXPECT_EQ(load(folder.file("overlapped0.3")), load(folder.file("exclusive0.3")));
  EXPECT_GT(greatest_difference(load(folder.file("exclusive0.3")), two), 1e-3);
}

}  // namespace
}  // namespace headrace
