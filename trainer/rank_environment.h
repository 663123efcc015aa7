// Which rank of how many this process is, as torchrun's environment variables say it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "headrace/base/status.h"

namespace headrace {

struct RankEnvironment {
  int rank = 0;              // RANK: of all processes
  int world_size = 1;        // WORLD_SIZE
  int local_rank = 0;        // LOCAL_RANK: of those on this machine
  int local_world_size = 1;  // LOCAL_WORLD_SIZE
  // Where rank 0 listens; empty and 0 in a world of one.
  std::string master_address;  // MASTER_ADDR
  int master_port = 0;         // MASTER_PORT
  // TORCHELASTIC_USE_AGENT_STORE: torchrun itself listens there, no rank does.
  bool agent_listens = false;
  // HEADRACE_MASTER_LISTEN_FD: rank 0's socket, opened before it started so that nobody else could
  // take the port meanwhile (rank_launcher.h).
  std::optional<int> listen_fd;

  std::string master() const { return master_address + ":" + std::to_string(master_port); }
};

// Reads a variable; null where it is not set. std::getenv is one.
using GetEnvironment = std::function<const char*(const char*)>;

// The environment of this process: a world of one where neither RANK nor WORLD_SIZE is set.
// LOCAL_RANK and LOCAL_WORLD_SIZE may be missing; then all ranks are taken to be on this machine
// where MASTER_ADDR is a loopback address, and alone on it otherwise. Errors: kInvalidArgument,
// naming the variable that is missing, no number or out of range.
Result<RankEnvironment> read_rank_environment(const GetEnvironment& get);
Result<RankEnvironment> read_rank_environment();

}  // namespace headrace
