// Several ranks on this machine: the program starts copies of itself and looks after them.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "headrace/base/status.h"

namespace headrace {

struct RankLauncherOptions {
  int ranks = 1;
  // How long ranks that were asked to end may take before they are made to.
  std::chrono::milliseconds grace{5000};
  // When stop is requested (Ctrl-C), every rank gets SIGINT, and after `grace` what ends for sure.
  std::stop_token stop{};
};

// Whether this process is already a rank, started by launch_ranks(), torchrun or another launcher.
bool is_rank();

// Starts `ranks` copies of this program (/proc/self/exe) with these arguments (argv[0] included)
// and the environment of rank_environment.h, and waits until all have ended. Rank 0 inherits the
// listening socket of a free port of 127.0.0.1. When one rank fails, the others are ended: SIGTERM,
// after `grace` SIGKILL. Ranks die with the thread that called this. Each is a process group of its
// own, so that a terminal's Ctrl-C reaches this process alone, which passes it on once.
//
// Returns ok when every rank exited with 0.
// Errors: kInvalidArgument for ranks < 1; kInternal, naming the rank that failed first and its exit
// status or signal; kCancelled after a stop; kIoError where the system gives no socket or process.
// Threads: to be called before the process has threads that hold locks, best from main().
Status launch_ranks(const std::vector<std::string>& arguments, const RankLauncherOptions& options);

}  // namespace headrace
