#include "headrace/trainer/training_step.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <torch/optim/optimizer.h>

#include <utility>

#include "headrace/trainer/model.h"
#include "headrace/trainer/torch_status.h"

namespace headrace {

TrainingStep::TrainingStep(std::shared_ptr<Model> model,
                           std::shared_ptr<torch::optim::Optimizer> optimizer,
                           GradientReducer& reducer, const TrainingStepOptions& options)
    : model_(std::move(model)),
      optimizer_(std::move(optimizer)),
      reducer_(reducer),
      options_(options),
      parameters_(model_->parameters()) {}

TrainingStep::~TrainingStep() = default;

Result<double> TrainingStep::run(BatchTensors batch, StepProfiler& profiler) {
  try {
    return forward_and_update(std::move(batch), profiler);
  } catch (const std::exception& thrown) {
    return status_of(thrown).annotate("training step");
  }
}

Result<double> TrainingStep::forward_and_update(BatchTensors batch, StepProfiler& profiler) {
  profiler.enter(Phase::kOther);
  HEADRACE_RETURN_IF_ERROR(reducer_.before_forward());

  profiler.enter(Phase::kHostToDevice);
  if (options_.channels_last) {
    batch.images = batch.images.contiguous(at::MemoryFormat::ChannelsLast);
    batch.labels = batch.labels.clone();  // a few bytes, and the batch is free for the loader
  }

  profiler.enter(Phase::kForward);
  at::Tensor loss;
  {
    const Autocast autocast(options_.precision);
    loss = at::cross_entropy_loss(model_->forward(batch.images).to(at::kFloat), batch.labels);
  }

  HEADRACE_RETURN_IF_ERROR(backward(loss, profiler));

  profiler.enter(Phase::kOptimizer);
  optimizer_->step();
  for (at::Tensor& parameter : parameters_) {
    if (parameter.grad().defined()) parameter.mutable_grad().zero_();
  }

  profiler.enter(Phase::kOther);
  return loss.item().toDouble();
}

Status TrainingStep::backward(const at::Tensor& loss, StepProfiler& profiler) {
  const ReductionMode mode = reducer_.mode();
  // Ranks are aligned before the reduction, so that it is not blamed for the slowest of them.
  const auto align = [&] {
    profiler.enter(Phase::kRankWait);
    return reducer_.barrier();
  };
  if (mode == ReductionMode::kOverlapped) HEADRACE_RETURN_IF_ERROR(align());
  profiler.enter(Phase::kBackward);
  HEADRACE_RETURN_IF_ERROR(reducer_.before_backward());
  loss.backward();
  if (mode == ReductionMode::kNone) return {};
  if (mode == ReductionMode::kExclusive) HEADRACE_RETURN_IF_ERROR(align());
  HEADRACE_RETURN_IF_ERROR(reducer_.after_backward());

  const GradientReducer::Outcome& outcome = reducer_.outcome();
  profiler.enter_at(Phase::kReduction, outcome.exposed_from);
  profiler.enter_at(Phase::kOther, outcome.until);
  profiler.set_reduction(outcome.cost);
  return {};
}

}  // namespace headrace
