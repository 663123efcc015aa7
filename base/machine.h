// What this process may use of the machine: cores and memory, as limited by affinity and cgroup.
#pragma once

#include <cstdint>
#include <string>

namespace headrace {

// Cores this process may run on: affinity mask, further limited by the cgroup's CPU quota (v1 or
// v2, rounded up). At least 1.
int available_cores();

// What one of the processes that share this machine may use of it.
struct CoreBudget {
  int cores = 1;             // for this process, at least 1
  int affinity = 1;          // that it may run on
  double quota = 0;          // of its cgroup, in cores; 0: none
  int local_ranks = 1;       // processes that share them
  bool bound = false;        // each of these is bound to cores of its own
  std::string text() const;  // "4 cores: 16 by affinity, quota 8, shared by 2 ranks"
};

// Divides available_cores() by the ranks on this machine, which torchrun, Slurm, Open MPI and MPICH
// tell (LOCAL_WORLD_SIZE, SLURM_STEP_TASKS_PER_NODE, OMPI_COMM_WORLD_LOCAL_SIZE, MPI_LOCALNRANKS).
// Not where the affinity mask is no larger than a rank's share of the machine: then each has its
// own.
CoreBudget core_budget();

// The same from what was found out. `machine_cores`: that the machine has.
CoreBudget divide_cores(int machine_cores, int affinity, double quota, int local_ranks);

// Greatest resident size of this process so far, in bytes.
uint64_t peak_rss_bytes();

// One line for reports: "Intel(R) Xeon(R) Processor, 2 cores (2 usable), Linux 6.1".
std::string describe_machine();

}  // namespace headrace
