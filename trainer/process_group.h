// The ranks of one training, and what they tell each other. Gloo through torch's c10d; a world of
// one opens no connection.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/trainer/rank_environment.h"

namespace headrace {

struct ProcessGroupOptions {
  // For all ranks to have come.
  std::chrono::milliseconds connect_timeout{std::chrono::minutes(5)};
  // For one collective; longer than the slowest rank may be behind the fastest.
  std::chrono::milliseconds timeout{std::chrono::minutes(30)};
};

enum class ReduceOperation { kSum, kMax };

// Every call but the constructor's is a collective: all ranks make the same calls in the same
// order. Errors of collectives are kIoError and say what this rank was doing ("rank 0 of 2:
// barrier: Connection closed by peer"); after one the group is of no use.
//
// Threads: one at a time.
class ProcessGroup {
 public:
  // Joins the group that `environment` describes and waits for its other ranks. Sockets are on the
  // interface that GLOO_SOCKET_IFNAME names, on loopback where the master is, else where the host's
  // name resolves to.
  // Errors: kIoError, naming the master's address, when it cannot be reached or a rank does not
  // come.
  static Result<std::unique_ptr<ProcessGroup>> connect(const RankEnvironment& environment,
                                                       const ProcessGroupOptions& options = {});
  ~ProcessGroup();

  int rank() const { return rank_; }
  int world_size() const { return world_size_; }
  int local_world_size() const { return local_world_size_; }  // ranks on this machine

  // Returns when every rank has called it.
  Status barrier();

  // Element by element over all ranks, in place. The same length everywhere. For figures, not for
  // gradients (GradientReducer).
  Status all_reduce(std::span<double> values, ReduceOperation operation);

  // Every rank's bytes, by rank, on rank 0; empty elsewhere. Lengths may differ. For reports: each
  // rank allocates world_size times the longest.
  Result<std::vector<std::string>> gather(std::string_view bytes);

  // What c10d calls it (process_group_c10d.h).
  struct State;
  State& state() { return *state_; }
  explicit ProcessGroup(std::unique_ptr<State> state);

 private:
  // Runs a collective, its errors annotated.
  template <class Body>
  Status collective(std::string_view what, const Body& body) const;

  int rank_ = 0;
  int world_size_ = 1;
  int local_world_size_ = 1;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
