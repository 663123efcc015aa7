// What this process may use of the machine: cores and memory, as limited by affinity and cgroup.
#pragma once

#include <cstdint>
#include <string>

namespace headrace {

// Cores this process may run on: affinity mask, further limited by the cgroup's CPU quota (v1 or
// v2, rounded up). At least 1.
int available_cores();

// Greatest resident size of this process so far, in bytes.
uint64_t peak_rss_bytes();

// One line for reports: "Intel(R) Xeon(R) Processor, 2 cores (2 usable), Linux 6.1".
std::string describe_machine();

}  // namespace headrace
