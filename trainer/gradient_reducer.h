// The mean of the ranks' gradients, bucket by bucket, timed: after backward or under it.
#pragma once

#include <ATen/core/TensorBody.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "headrace/base/clock.h"
#include "headrace/base/status.h"
#include "headrace/report/profile_result.h"
#include "headrace/trainer/process_group.h"
#include "headrace/trainer/reduction_spans.h"

namespace headrace {

struct GradientReducerOptions {
  // Behaviour. kNone where the group has one rank, whatever is asked for.
  ReductionMode mode = ReductionMode::kOverlapped;

  // Performance: gradients travel in buckets of this size, the first (of the last layers, which
  // backward reaches first) smaller so that it leaves early. torch's DistributedDataParallel's.
  size_t bucket_bytes = size_t{25} << 20;
  size_t first_bucket_bytes = size_t{1} << 20;
};

// c10d::Reducer, in both modes: the same buckets, and gradients that are views of them, so that
// neither mode copies.
//
//   reducer.before_forward();
//   loss = model.forward(x) ...
//   reducer.barrier();            overlapped: here; exclusive: after backward
//   reducer.before_backward();
//   loss.backward();
//   reducer.after_backward();     gradients hold the mean over the ranks
//
// In a world of one nothing is reduced and nothing measured; the calls do nothing.
// Every rank makes the same calls. Zero gradients in place (grad.zero_()): setting them to none
// would take them out of the buckets.
//
// Threads: one at a time.
class GradientReducer {
 public:
  // Gives every parameter rank 0's value, and a gradient of zeros. `parameters`: those that are
  // trained, the same on all ranks, each of which must get a gradient in every backward. `group`
  // and `clock` must live as long. Errors: kInvalidArgument for kNone among several ranks; as
  // collectives of ProcessGroup.
  static Result<std::unique_ptr<GradientReducer>> create(std::vector<at::Tensor> parameters,
                                                         ProcessGroup& group,
                                                         const GradientReducerOptions& options,
                                                         const Clock& clock = steady_clock());
  ~GradientReducer();

  ReductionMode mode() const { return mode_; }

  // Once, after the first overlapped backward, the buckets are laid out anew in the order in which
  // their gradients came.
  Status before_forward();
  Status barrier() { return group_.barrier(); }
  Status before_backward();
  Status after_backward();

  // Of the step that after_backward() ended last, where something was reduced.
  struct Outcome {
    Nanoseconds exposed_from{0};  // backward had nothing more to do: what follows was waited for
    Nanoseconds until{0};         // the gradients are there
    std::vector<BucketSpan> buckets;
    ReductionCost cost;  // exposed = until - exposed_from
  };
  const Outcome& outcome() const { return outcome_; }

 private:
  struct State;
  GradientReducer(ProcessGroup& group, ReductionMode mode, const Clock& clock);
  Status reduce_now();

  ProcessGroup& group_;
  const ReductionMode mode_;
  const Clock& clock_;
  Outcome outcome_;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
