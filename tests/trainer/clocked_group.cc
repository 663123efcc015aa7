#include "clocked_group.h"

#include <ATen/core/ivalue_inl.h>

#include <stdexcept>
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include "headrace/trainer/process_group_c10d.h"

namespace headrace {
namespace {

class ClockedBackend final : public c10d::Backend {
 public:
  ClockedBackend(FakeClock& clock, const CollectiveTimes& times)
      : c10d::Backend(/*rank=*/0, /*size=*/2), clock_(clock), times_(times) {}

  const std::string getBackendName() const override { return "clocked"; }

  c10::intrusive_ptr<c10d::Work> broadcast(std::vector<at::Tensor>& tensors,
                                           const c10d::BroadcastOptions&) override {
    return done(tensors);
  }
  c10::intrusive_ptr<c10d::Work> allreduce(std::vector<at::Tensor>& tensors,
                                           const c10d::AllreduceOptions&) override {
    clock_.advance(times_.all_reduce);
    for (at::Tensor& tensor : tensors) tensor.mul_(2);
    return done(tensors, times_.all_reduce_fails);
  }
  c10::intrusive_ptr<c10d::Work> barrier(const c10d::BarrierOptions&) override {
    clock_.advance(times_.barrier);
    return done({});
  }

 private:
  static c10::intrusive_ptr<c10d::Work> done(const std::vector<at::Tensor>& tensors,
                                             bool fails = false) {
    auto future =
        c10::make_intrusive<c10::ivalue::Future>(c10::ListType::create(c10::TensorType::get()));
    if (fails) {
      future->setError(std::make_exception_ptr(std::runtime_error("peer has gone")));
    } else {
      future->markCompleted(c10::IValue(tensors));
    }
    return c10d::Work::create_from_future(future);
  }

  FakeClock& clock_;
  const CollectiveTimes& times_;
};

}  // namespace

std::unique_ptr<ProcessGroup> make_clocked_group(FakeClock& clock, const CollectiveTimes& times) {
  using Group = c10d::ProcessGroup;
  auto state = std::make_unique<ProcessGroup::State>();
  state->group = c10::make_intrusive<Group>(c10::make_intrusive<c10d::HashStore>(), 0, 2);
  state->group->setDefaultBackend(Group::BackendType::CUSTOM);
  state->group->setBackend(c10::DeviceType::CPU, Group::BackendType::CUSTOM,
                           c10::make_intrusive<ClockedBackend>(clock, times));
  return std::make_unique<ProcessGroup>(std::move(state));
}

}  // namespace headrace
