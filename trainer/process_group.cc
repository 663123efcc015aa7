#include "headrace/trainer/process_group.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>
#include <fmt/core.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "headrace/trainer/process_group_c10d.h"
#include "headrace/trainer/torch_runtime.h"
#include "headrace/trainer/torch_status.h"

namespace headrace {
namespace {

using Group = c10d::ProcessGroup;

c10::intrusive_ptr<c10d::Store> open_store(const RankEnvironment& environment,
                                           const ProcessGroupOptions& options) {
  c10d::TCPStoreOptions store;
  store.port = static_cast<uint16_t>(environment.master_port);
  store.isServer = environment.rank == 0 && !environment.agent_listens;
  store.numWorkers = environment.world_size;
  store.waitWorkers = !environment.agent_listens;  // torchrun's store counts no workers
  store.timeout = options.connect_timeout;
  store.masterListenFd = environment.listen_fd;
  // The prefix keeps our keys from those of torchrun, whose store it may be.
  return c10::make_intrusive<c10d::PrefixStore>(
      "headrace", c10::make_intrusive<c10d::TCPStore>(environment.master_address, store));
}

std::shared_ptr<gloo::transport::Device> open_device(const RankEnvironment& environment) {
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME")) {
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  }
  if (environment.local_world_size == environment.world_size) {
    return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  }
  return c10d::ProcessGroupGloo::createDefaultDevice();
}

c10::intrusive_ptr<Group> open_group(const RankEnvironment& environment,
                                     const ProcessGroupOptions& options) {
  const auto store = open_store(environment, options);
  auto gloo_options = c10d::ProcessGroupGloo::Options::create_default();
  gloo_options->devices = {open_device(environment)};
  gloo_options->timeout = options.timeout;
  auto gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(store, environment.rank,
                                                          environment.world_size, gloo_options);
  auto group = c10::make_intrusive<Group>(store, environment.rank, environment.world_size);
  group->setDefaultBackend(Group::BackendType::GLOO);
  group->setBackend(c10::DeviceType::CPU, Group::BackendType::GLOO, gloo);
  return group;
}

}  // namespace

ProcessGroup::ProcessGroup(std::unique_ptr<State> state) : state_(std::move(state)) {
  if (state_->group) {
    rank_ = state_->group->getRank();
    world_size_ = state_->group->getSize();
  }
}

ProcessGroup::~ProcessGroup() = default;

Result<std::unique_ptr<ProcessGroup>> ProcessGroup::connect(const RankEnvironment& environment,
                                                            const ProcessGroupOptions& options) {
  prepare_torch();
  auto state = std::make_unique<State>();
  if (environment.world_size > 1) {
    HEADRACE_RETURN_IF_ERROR(
        catch_torch(fmt::format("rank {} of {} cannot join the others at {}", environment.rank,
                                environment.world_size, environment.master()),
                    [&] {
                      state->group = open_group(environment, options);
                      return Status();
                    }));
  }
  auto group = std::make_unique<ProcessGroup>(std::move(state));
  group->local_world_size_ = environment.local_world_size;
  return group;
}

template <class Body>
Status ProcessGroup::collective(std::string_view what, const Body& body) const {
  if (world_size_ == 1) return {};
  return catch_torch(fmt::format("rank {} of {}: {}", rank_, world_size_, what), [&] {
    body(*state_->group);
    return Status();
  });
}

Status ProcessGroup::barrier() {
  return collective("barrier", [](Group& group) { group.barrier()->wait(); });
}

Status ProcessGroup::all_reduce(std::span<double> values, ReduceOperation operation) {
  return collective("all-reduce of figures", [&](Group& group) {
    std::vector<at::Tensor> tensors{
        at::from_blob(values.data(), {static_cast<int64_t>(values.size())}, at::kDouble)};
    c10d::AllreduceOptions options;
    options.reduceOp =
        operation == ReduceOperation::kSum ? c10d::ReduceOp::SUM : c10d::ReduceOp::MAX;
    group.allreduce(tensors, options)->wait();
  });
}

Result<std::vector<std::string>> ProcessGroup::gather(std::string_view bytes) {
  if (world_size_ == 1) return std::vector<std::string>{std::string(bytes)};

  // Lengths first: gather() takes tensors of one size.
  std::vector<double> lengths(world_size_, 0.);
  lengths[rank_] = static_cast<double>(bytes.size());
  HEADRACE_RETURN_IF_ERROR(all_reduce(lengths, ReduceOperation::kSum));
  const auto longest = static_cast<int64_t>(*std::max_element(lengths.begin(), lengths.end()));

  std::vector<std::string> gathered;
  HEADRACE_RETURN_IF_ERROR(collective("gather", [&](Group& group) {
    std::vector<at::Tensor> own{at::zeros({longest}, at::kByte)};
    if (!bytes.empty()) std::memcpy(own[0].data_ptr(), bytes.data(), bytes.size());
    std::vector<std::vector<at::Tensor>> all;
    if (rank_ == 0) {
      all.emplace_back();
      for (int i = 0; i < world_size_; ++i) all[0].push_back(at::empty({longest}, at::kByte));
    }
    group.gather(all, own, c10d::GatherOptions{})->wait();
    for (size_t i = 0; rank_ == 0 && i < all[0].size(); ++i) {
      gathered.emplace_back(static_cast<const char*>(all[0][i].data_ptr()),
                            static_cast<size_t>(lengths[i]));
    }
  }));
  return gathered;
}

}  // namespace headrace
