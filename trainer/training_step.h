// One step of training, each phase on the clock.
#pragma once

#include <memory>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/report/step_profiler.h"
#include "headrace/trainer/gradient_reducer.h"
#include "headrace/trainer/precision.h"
#include "headrace/trainer/tensor_bridge.h"

namespace torch::optim {
class Optimizer;
}

namespace headrace {

class Model;  // model.h

struct TrainingStepOptions {
  Precision precision = Precision::kFloat32;
  bool channels_last =
      true;  // the order of the pictures' pixels; the model's is to_channels_last()
};

// Forward, cross entropy, backward, reduction, update. Threads: one at a time.
class TrainingStep {
 public:
  // The model is taken in the mode it is in (train() or eval()). `reducer` has the model's
  // parameters and must live as long.
  TrainingStep(std::shared_ptr<Model> model, std::shared_ptr<torch::optim::Optimizer> optimizer,
               GradientReducer& reducer, const TrainingStepOptions& options);
  ~TrainingStep();

  // Does one step and returns the loss (mean over this rank's batch). To be called between
  // profiler.begin_step() and end_step(), after input_wait; leaves the profiler in kOther. Enters,
  // in this order,
  //   host_to_device  layout of the pictures; when it changes, the batch goes back to its pool here
  //   forward         model and loss
  //   exclusive:      backward, rank_wait, reduction (all of it exposed)
  //   overlapped:     rank_wait, backward, reduction (from the last bucket's launch on)
  //   one rank:       backward
  //   optimizer       update, gradients to zero
  // Errors: what torch throws (shapes, memory) and what reduction gives (a rank that has gone).
  Result<double> run(BatchTensors batch, StepProfiler& profiler);

 private:
  Result<double> forward_and_update(BatchTensors batch, StepProfiler& profiler);
  Status backward(const at::Tensor& loss, StepProfiler& profiler);

  const std::shared_ptr<Model> model_;
  const std::shared_ptr<torch::optim::Optimizer> optimizer_;
  GradientReducer& reducer_;
  const TrainingStepOptions options_;
  std::vector<at::Tensor> parameters_;
};

}  // namespace headrace
