#include "headrace/trainer/gradient_reducer.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/core.h>
#include <torch/csrc/distributed/c10d/comm.hpp>
#include <torch/csrc/distributed/c10d/logger.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

#include <algorithm>

#include "headrace/base/mutex.h"
#include "headrace/trainer/process_group_c10d.h"
#include "headrace/trainer/torch_status.h"

namespace headrace {
namespace {

// When each bucket of a step left and was back. Buckets come back in gloo's threads.
class SpanRecorder {
 public:
  explicit SpanRecorder(const Clock& clock) : clock_(clock) {}

  size_t launched() {
    const MutexLock lock(mutex_);
    const Nanoseconds now = clock_.now();
    spans_.push_back({now, now});
    return spans_.size() - 1;
  }
  void done(size_t bucket) {
    const MutexLock lock(mutex_);
    spans_[bucket].done = clock_.now();
  }
  // To be called when no bucket is on its way.
  std::vector<BucketSpan> take() {
    const MutexLock lock(mutex_);
    return std::exchange(spans_, {});
  }

 private:
  const Clock& clock_;
  Mutex mutex_;
  std::vector<BucketSpan> spans_ HEADRACE_GUARDED_BY(mutex_);
};

using Future = c10::ivalue::Future;

// The mean over all ranks. The future is complete when the span has ended, so that whoever waits
// for the gradients finds all spans ended.
c10::intrusive_ptr<Future> start_mean(at::Tensor bucket, c10d::ProcessGroup& group,
                                      SpanRecorder& spans) {
  const size_t span = spans.launched();
  bucket.div_(group.getSize());
  std::vector<at::Tensor> tensors{std::move(bucket)};
  const c10::intrusive_ptr<Future> reduced = group.allreduce(tensors)->getFuture();
  return reduced->then(
      [&spans, span](Future& future) {
        spans.done(span);
        return future.value();  // throws the error of a failed reduction on
      },
      reduced->elementType());
}

class TimedMean final : public c10d::CommHookInterface {
 public:
  TimedMean(c10::intrusive_ptr<c10d::ProcessGroup> group, SpanRecorder& spans)
      : group_(std::move(group)), spans_(spans) {}

  c10::intrusive_ptr<Future> runHook(c10d::GradBucket& bucket) override {
    return start_mean(bucket.getBufferRef(), *group_, spans_);
  }
  at::Tensor parseHookResult(const c10::IValue& result) override {
    return c10d::detail::parseCppCommHookResult(result);
  }

 private:
  c10::intrusive_ptr<c10d::ProcessGroup> group_;
  SpanRecorder& spans_;
};

}  // namespace

struct GradientReducer::State {
  State(std::vector<at::Tensor> parameters, c10::intrusive_ptr<c10d::ProcessGroup> group,
        const GradientReducerOptions& options, const Clock& clock)
      : spans(clock) {
    {
      const at::NoGradGuard no_grad;  // parameters are written to
      c10d::broadcast_coalesced(group, parameters, options.bucket_bytes, /*rank=*/0);
    }
    // The Reducer turns gradients that exist into views of its buckets; those that come to be in a
    // backward it was not told of (exclusive) would stay outside.
    for (at::Tensor& parameter : parameters) parameter.mutable_grad() = at::zeros_like(parameter);

    const std::vector<bool> sparse(parameters.size(), false);
    auto buckets = std::get<0>(c10d::compute_bucket_assignment_by_size(
        parameters, {options.first_bucket_bytes, options.bucket_bytes}, sparse));
    std::reverse(buckets.begin(), buckets.end());  // backward reaches the last layers first
    reducer = std::make_shared<c10d::Reducer>(
        std::move(parameters), std::move(buckets), group, sparse,
        static_cast<int64_t>(options.bucket_bytes), /*find_unused_parameters=*/false,
        /*gradient_as_bucket_view=*/true, std::unordered_map<size_t, std::string>{},
        static_cast<int64_t>(options.first_bucket_bytes),
        /*skip_all_reduce_unused_params=*/false, /*use_python_reducer=*/false,
        std::vector<int64_t>{});
    // Not optional: the Reducer writes into it. It holds it weakly.
    logger = std::make_shared<c10d::Logger>(reducer);
    reducer->set_logger(logger);
    logger->set_construction_data_and_log("headrace", {}, -1, false, false, false);
    reducer->register_comm_hook(std::make_unique<TimedMean>(std::move(group), spans));
  }

  SpanRecorder spans;
  std::shared_ptr<c10d::Reducer> reducer;
  std::shared_ptr<c10d::Logger> logger;
};

GradientReducer::GradientReducer(ProcessGroup& group, ReductionMode mode, const Clock& clock)
    : group_(group), mode_(mode), clock_(clock) {}

GradientReducer::~GradientReducer() = default;

Result<std::unique_ptr<GradientReducer>> GradientReducer::create(
    std::vector<at::Tensor> parameters, ProcessGroup& group, const GradientReducerOptions& options,
    const Clock& clock) {
  if (group.world_size() > 1 && options.mode == ReductionMode::kNone) {
    return invalid_argument("gradients of {} ranks must be reduced", group.world_size());
  }
  const ReductionMode mode = group.world_size() == 1 ? ReductionMode::kNone : options.mode;
  std::unique_ptr<GradientReducer> result(new GradientReducer(group, mode, clock));
  if (mode == ReductionMode::kNone) return result;
  HEADRACE_RETURN_IF_ERROR(catch_torch("cannot set up the gradients' reduction", [&] {
    result->state_ =
        std::make_unique<State>(std::move(parameters), group.state().group, options, clock);
    return Status();
  }));
  return result;
}

Status GradientReducer::before_forward() {
  if (mode_ != ReductionMode::kOverlapped) return {};
  return catch_torch("order of the gradients' buckets", [&] {
    state_->logger->set_runtime_stats_and_log();
    state_->reducer->prepare_for_forward();
    state_->reducer->rebuild_buckets();
    return Status();
  });
}

Status GradientReducer::before_backward() {
  if (mode_ != ReductionMode::kOverlapped) return {};
  return catch_torch("gradients' reduction", [&] {
    // Without this call the Reducer's hooks on the gradients do nothing, which is what exclusive
    // wants.
    state_->reducer->prepare_for_backward({});
    return Status();
  });
}

Status GradientReducer::after_backward() {
  if (mode_ == ReductionMode::kNone) return {};
  const Nanoseconds after_backward = clock_.now();
  if (mode_ == ReductionMode::kExclusive) HEADRACE_RETURN_IF_ERROR(reduce_now());
  outcome_.exposed_from = after_backward;
  outcome_.until = clock_.now();
  outcome_.buckets = state_->spans.take();
  if (mode_ == ReductionMode::kOverlapped) {
    outcome_.until = after_backward;  // it has waited for the buckets
    Nanoseconds last_launch{0};
    for (const BucketSpan& bucket : outcome_.buckets) {
      last_launch = std::max(last_launch, bucket.launched);
    }
    outcome_.exposed_from = std::min(last_launch, after_backward);
  }
  outcome_.cost = reduction_cost(outcome_.buckets, outcome_.exposed_from, outcome_.until);
  return {};
}

Status GradientReducer::reduce_now() {
  return catch_torch(
      fmt::format("rank {} of {}: gradients' reduction", group_.rank(), group_.world_size()), [&] {
        std::vector<c10::intrusive_ptr<Future>> means;
        for (c10d::GradBucket& bucket :
             state_->reducer->get_grad_buckets(/*return_zero_tensors=*/false)) {
          means.push_back(start_mean(bucket.getBufferRef(), *group_.state().group, state_->spans));
        }
        for (const auto& mean : means) mean->waitAndThrow();
        return Status();
      });
}

}  // namespace headrace
