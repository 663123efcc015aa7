// The phases of a step, on a clock that only the parts under test move: each of them takes a time
// of its own, and must be found in its own row and nowhere else.

#include "headrace/trainer/training_step.h"

#include <ATen/Context.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/sgd.h>

#include <numeric>

#include "clocked_group.h"
#include "headrace/trainer/model.h"
#include "headrace/trainer/optimizer.h"

namespace headrace {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

struct Times {
  Nanoseconds forward = milliseconds(2);
  Nanoseconds backward = milliseconds(3);
  Nanoseconds optimizer = milliseconds(5);
  CollectiveTimes collectives{.barrier = milliseconds(7), .all_reduce = milliseconds(11)};
};

// A convolution and a linear layer: three parameters, the last two of the layer that backward meets
// first.
class SmallModel final : public Model {
 public:
  SmallModel(FakeClock& clock, const Times& times)
      : clock_(clock),
        times_(times),
        convolution_(register_module(
            "conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 4, 3).bias(false)))),
        linear_(register_module("fc", torch::nn::Linear(4, 2))) {}

  at::Tensor forward(const at::Tensor& images) override {
    if (on_forward) on_forward(images);
    clock_.advance(times_.forward);
    const at::Tensor features = convolution_(images).relu().mean({2, 3});
    features.register_hook([this](const at::Tensor& gradient) {
      clock_.advance(times_.backward);  // between the linear layer's and the convolution's
      return gradient;
    });
    return linear_(features);
  }

  std::function<void(const at::Tensor& images)> on_forward;

 private:
  FakeClock& clock_;
  const Times& times_;
  torch::nn::Conv2d convolution_;
  torch::nn::Linear linear_;
};

class ClockedSgd final : public torch::optim::SGD {
 public:
  ClockedSgd(std::vector<at::Tensor> parameters, FakeClock& clock, const Times& times)
      : SGD(std::move(parameters), torch::optim::SGDOptions(0.1)), clock_(clock), times_(times) {}

  at::Tensor step(LossClosure closure) override {
    clock_.advance(times_.optimizer);
    return SGD::step(std::move(closure));
  }

 private:
  FakeClock& clock_;
  const Times& times_;
};

BatchTensors batch() {
  return {.images = at::ones({2, 3, 8, 8}), .labels = at::zeros({2}, at::kLong)};
}

class Step {
 public:
  explicit Step(ReductionMode mode, Times times = {})
      : times_(times), model(std::make_shared<SmallModel>(clock_, times_)), profiler(clock_) {
    group_ = mode == ReductionMode::kNone ? ProcessGroup::connect({}).value()
                                          : make_clocked_group(clock_, times_.collectives);
    // Buckets of one parameter each.
    reducer_ = GradientReducer::create(
                   model->parameters(), *group_,
                   {.mode = mode == ReductionMode::kNone ? ReductionMode::kExclusive : mode,
                    .bucket_bytes = 1,
                    .first_bucket_bytes = 1},
                   clock_)
                   .value();
    EXPECT_EQ(reducer_->mode(), mode);
    auto optimizer = std::make_shared<ClockedSgd>(model->parameters(), clock_, times_);
    step_ = std::make_unique<TrainingStep>(model, optimizer, *reducer_, TrainingStepOptions{});
  }

  Result<double> run(BatchTensors tensors) {
    profiler.begin_step();
    profiler.enter(Phase::kInputWait);
    clock_.advance(milliseconds(1));
    Result<double> loss = step_->run(std::move(tensors), profiler);
    profiler.end_step();
    return loss;
  }
  StepRecord run() {
    EXPECT_TRUE(run(batch()).ok());
    return profiler.steps().back();
  }

 private:
  FakeClock clock_;
  const Times times_;
  std::unique_ptr<ProcessGroup> group_;
  std::unique_ptr<GradientReducer> reducer_;
  std::unique_ptr<TrainingStep> step_;

 public:
  const std::shared_ptr<SmallModel> model;
  StepProfiler profiler;
};

double ms(const StepRecord& step, Phase phase) {
  return step[phase] ? to_milliseconds(*step[phase]) : -1;
}

void expect_adds_up(const StepRecord& step) {
  Nanoseconds sum{0};
  for (const auto& phase : step.phases) sum += phase.value_or(Nanoseconds{0});
  EXPECT_EQ(sum, step.total);
}

TEST(TrainingStep, OfOneRankHasNoReduction) {
  const StepRecord step = Step(ReductionMode::kNone).run();
  EXPECT_EQ(ms(step, Phase::kInputWait), 1);
  EXPECT_EQ(ms(step, Phase::kHostToDevice), 0);
  EXPECT_EQ(ms(step, Phase::kForward), 2);
  EXPECT_EQ(ms(step, Phase::kBackward), 3);
  EXPECT_EQ(ms(step, Phase::kOptimizer), 5);
  EXPECT_FALSE(step[Phase::kRankWait].has_value()) << "not measured, which is not 0";
  EXPECT_FALSE(step[Phase::kReduction].has_value());
  EXPECT_FALSE(step.reduction.has_value());
  EXPECT_EQ(to_milliseconds(step.total), 11);
  expect_adds_up(step);
}

TEST(TrainingStep, ExclusiveReductionIsAllExposed) {
  Step steps(ReductionMode::kExclusive);
  for (int i = 0; i < 3; ++i) {
    const StepRecord step = steps.run();
    EXPECT_EQ(ms(step, Phase::kForward), 2);
    EXPECT_EQ(ms(step, Phase::kBackward), 3);
    EXPECT_EQ(ms(step, Phase::kRankWait), 7);
    EXPECT_EQ(ms(step, Phase::kReduction), 33) << "three buckets";
    EXPECT_EQ(ms(step, Phase::kOptimizer), 5);
    ASSERT_TRUE(step.reduction.has_value());
    EXPECT_EQ(to_milliseconds(step.reduction->busy), 33);
    EXPECT_EQ(to_milliseconds(step.reduction->exposed), 33);
    EXPECT_EQ(to_milliseconds(step.reduction->hidden), 0);
    expect_adds_up(step);
  }
}

TEST(TrainingStep, OverlappedReductionIsSplitAtTheLastBucket) {
  Step steps(ReductionMode::kOverlapped);
  for (int i = 0; i < 4; ++i) {  // the second lays the buckets out anew
    const StepRecord step = steps.run();
    EXPECT_EQ(ms(step, Phase::kForward), 2);
    EXPECT_EQ(ms(step, Phase::kRankWait), 7);
    EXPECT_EQ(ms(step, Phase::kBackward), 3 + 22) << "with two buckets under it";
    EXPECT_EQ(ms(step, Phase::kReduction), 11) << "the convolution's, which comes last";
    EXPECT_EQ(ms(step, Phase::kOptimizer), 5);
    ASSERT_TRUE(step.reduction.has_value());
    EXPECT_EQ(to_milliseconds(step.reduction->busy), 33);
    EXPECT_EQ(to_milliseconds(step.reduction->exposed), 11);
    EXPECT_EQ(to_milliseconds(step.reduction->hidden), 22);
    expect_adds_up(step);
  }
}

// What a part that takes a second longer does to the rows, for every part and both modes.
TEST(TrainingStep, ASlowPartMovesItsOwnRow) {
  struct Slow {
    Phase row;
    std::function<void(Times&)> make;
  };
  constexpr milliseconds kLonger{1000};
  const std::vector<Slow> parts{
      {Phase::kForward, [&](Times& t) { t.forward += kLonger; }},
      {Phase::kBackward, [&](Times& t) { t.backward += kLonger; }},
      {Phase::kOptimizer, [&](Times& t) { t.optimizer += kLonger; }},
      {Phase::kRankWait, [&](Times& t) { t.collectives.barrier += kLonger; }},
      {Phase::kReduction, [&](Times& t) { t.collectives.all_reduce += kLonger; }},
  };
  for (const ReductionMode mode : {ReductionMode::kExclusive, ReductionMode::kOverlapped}) {
    const StepRecord normal = Step(mode).run();
    for (const Slow& part : parts) {
      Times times;
      part.make(times);
      const StepRecord slow = Step(mode, times).run();
      expect_adds_up(slow);
      for (size_t i = 0; i < kPhaseCount; ++i) {
        const auto phase = static_cast<Phase>(i);
        double longer = phase == part.row ? 1000 : 0;
        if (part.row ==
            Phase::kReduction) {  // three buckets: exposed, or two of them under backward
          if (mode == ReductionMode::kExclusive) longer *= 3;
          if (mode == ReductionMode::kOverlapped && phase == Phase::kBackward) longer = 2000;
        }
        EXPECT_EQ(ms(slow, phase) - ms(normal, phase), longer)
            << phase_name(part.row) << " slow, " << phase_name(phase) << ", "
            << reduction_mode_name(mode);
      }
    }
  }
}

// With a mean over two equal ranks the parameters must go where one rank alone takes them.
TEST(TrainingStep, TakesTheMeanOfTheGradientsInBothModes) {
  at::manual_seed(1);  // with other weights the one rectifier may be off, and nothing is trained
  std::vector<std::vector<at::Tensor>> trained;
  std::vector<at::Tensor> start;
  for (const ReductionMode mode :
       {ReductionMode::kNone, ReductionMode::kExclusive, ReductionMode::kOverlapped}) {
    Step steps(mode);
    std::vector<at::Tensor> parameters = steps.model->parameters();
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (start.size() <= i) start.push_back(parameters[i].detach().clone());
      parameters[i].data().copy_(start[i]);
    }
    for (int i = 0; i < 3; ++i) steps.run();
    for (const at::Tensor& parameter : parameters) {
      EXPECT_TRUE(parameter.grad().eq(0).all().item().toBool()) << "the next step adds to it";
    }
    trained.push_back(parameters);
  }
  for (size_t i = 0; i < start.size(); ++i) {
    EXPECT_FALSE(trained[0][i].equal(start[i])) << "parameter " << i << " was not trained";
    EXPECT_TRUE(trained[1][i].equal(trained[0][i])) << "exclusive, parameter " << i;
    EXPECT_TRUE(trained[2][i].equal(trained[0][i])) << "overlapped, parameter " << i;
  }
}

TEST(TrainingStep, GivesTheBatchBackBeforeForward) {
  Step steps(ReductionMode::kNone);
  std::vector<float> pixels(2 * 3 * 8 * 8, 1.F);
  std::vector<int64_t> labels{0, 1};
  const auto batch_alive = std::make_shared<int>();
  const auto keep = [batch_alive](void*) {};
  BatchTensors tensors{at::from_blob(pixels.data(), {2, 3, 8, 8}, keep, at::kFloat),
                       at::from_blob(labels.data(), {2}, keep, at::kLong)};
  long users_in_forward = 0;
  const std::weak_ptr<int> watch = batch_alive;
  steps.model->on_forward = [&](const at::Tensor& images) {
    users_in_forward = watch.use_count();
    EXPECT_TRUE(images.is_contiguous(at::MemoryFormat::ChannelsLast));
  };
  EXPECT_TRUE(steps.run(std::move(tensors)).ok());
  EXPECT_EQ(users_in_forward, 2) << "this test's two, none of a tensor";
}

TEST(TrainingStep, LossIsCrossEntropy) {
  Step steps(ReductionMode::kNone);
  for (at::Tensor& parameter : steps.model->parameters()) parameter.data().zero_();
  EXPECT_NEAR(steps.run(batch()).value(), std::log(2.), 1e-6) << "two classes, equal scores";
}

TEST(TrainingStep, WhatTorchThrowsIsAnError) {
  Step steps(ReductionMode::kNone);
  BatchTensors wrong_label = batch();
  wrong_label.labels.fill_(2);
  const Status status = steps.run(std::move(wrong_label)).status();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_EQ(status.message(), "training step: Target 2 is out of bounds.");
}

TEST(TrainingStep, AFailedReductionIsAnError) {
  for (const ReductionMode mode : {ReductionMode::kExclusive, ReductionMode::kOverlapped}) {
    Times times;
    times.collectives.all_reduce_fails = true;
    const Status status = Step(mode, times).run(batch()).status();
    EXPECT_EQ(status.code(), StatusCode::kIoError) << status.message();
    EXPECT_THAT(status.message(), HasSubstr("peer has gone"));
  }
}

TEST(GradientReducer, SeveralRanksMustReduce) {
  FakeClock clock;
  const CollectiveTimes times;
  const auto group = make_clocked_group(clock, times);
  EXPECT_EQ(GradientReducer::create({}, *group, {.mode = ReductionMode::kNone}).status().code(),
            StatusCode::kInvalidArgument);
}

TEST(Sgd, IsTorchvisionsRecipe) {
  // One parameter, p = 2, gradient 1: p -= lr * (g + wd * p), with momentum from the second step
  // on.
  at::Tensor parameter = at::full({1}, 2.).requires_grad_();
  const auto sgd = make_sgd({parameter}, {.learning_rate = 0.5, .weight_decay = 0.1});
  parameter.mutable_grad() = at::ones({1});
  sgd->step();
  EXPECT_NEAR(parameter.item().toDouble(), 2 - 0.5 * 1.2, 1e-6);
  sgd->step();
  EXPECT_NEAR(parameter.item().toDouble(), 1.4 - 0.5 * (0.9 * 1.2 + 1.14), 1e-6);
}

}  // namespace
}  // namespace headrace
