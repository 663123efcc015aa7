#include "headrace/base/machine.h"

#include <fmt/core.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace headrace {
namespace {

std::optional<double> read_number(const std::string& path) {
  std::ifstream file(path);
  double number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

// Quota of one cgroup folder in cores; none where it has no limit.
std::optional<double> quota_of(const std::string& folder) {
  std::ifstream v2(folder + "/cpu.max");  // "max 100000" or "150000 100000"
  double quota = 0;
  double period = 0;
  if (v2 >> quota >> period && period > 0) return quota / period;
  const auto v1_quota = read_number(folder + "/cpu.cfs_quota_us");  // -1: no limit
  const auto v1_period = read_number(folder + "/cpu.cfs_period_us");
  if (v1_quota && v1_period && *v1_quota > 0 && *v1_period > 0) return *v1_quota / *v1_period;
  return std::nullopt;
}

// The least quota on the way from this process's cgroup to the root: each level limits.
std::optional<double> cgroup_cores() {
  std::optional<double> least;
  std::ifstream file("/proc/self/cgroup");  // "0::/a/b" or "4:cpu,cpuacct:/a/b"
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string root = "/sys/fs/cgroup";
    if (!controllers.empty()) {
      if (("," + controllers + ",").find(",cpu,") == std::string::npos) continue;
      root += "/cpu";
    }
    std::string path = line.substr(second + 1);
    while (true) {
      const auto quota = quota_of(root + path);
      if (quota) least = std::min(least.value_or(*quota), *quota);
      if (path.empty() || path == "/") break;
      path.erase(path.find_last_of('/'));
    }
  }
  return least;
}

int affinity_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0
             ? CPU_COUNT(&set)
             : static_cast<int>(std::thread::hardware_concurrency());
}

// Processes of this job on this machine, as whoever started them says; 1 where nobody does.
int local_ranks() {
  for (const char* name : {"LOCAL_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS",
                           "SLURM_STEP_TASKS_PER_NODE"}) {
    const char* const text = std::getenv(name);
    if (text == nullptr) continue;
    const int number = std::atoi(text);  // NOLINT(cert-err34-c): "4(x2)" is 4, what is none 0
    if (number >= 1 && number <= 1024) return number;
  }
  return 1;
}

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(": ") + 2);
  }
  return "unknown processor";
}

}  // namespace

int available_cores() {
  const int cores = affinity_cores();
  const auto quota = cgroup_cores();
  return std::max(quota ? std::min(cores, static_cast<int>(std::ceil(*quota))) : cores, 1);
}

CoreBudget divide_cores(int machine_cores, int affinity, double quota, int local_ranks) {
  CoreBudget budget{.affinity = affinity, .quota = quota, .local_ranks = local_ranks};
  budget.bound = local_ranks > 1 && affinity * local_ranks <= machine_cores;
  int cores = affinity;
  if (quota > 0) {
    // A quota is the whole job's, also where ranks are bound.
    const double share = budget.bound ? quota / local_ranks : quota;
    cores = std::min(cores, static_cast<int>(std::ceil(share)));
  }
  budget.cores = std::max(budget.bound ? cores : cores / local_ranks, 1);
  return budget;
}

CoreBudget core_budget() {
  return divide_cores(static_cast<int>(std::thread::hardware_concurrency()), affinity_cores(),
                      cgroup_cores().value_or(0), local_ranks());
}

std::string CoreBudget::text() const {
  std::string text =
      fmt::format("{} {}: {} by affinity", cores, cores == 1 ? "core" : "cores", affinity);
  if (quota > 0) text += fmt::format(", quota {:g}", quota);
  if (bound) text += fmt::format(", bound, one of {} ranks", local_ranks);
  if (!bound && local_ranks > 1) text += fmt::format(", shared by {} ranks", local_ranks);
  return text;
}

uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

std::string describe_machine() {
  utsname system{};
  uname(&system);
  return fmt::format("{}, {} cores ({} usable), {} {}", cpu_name(),
                     std::thread::hardware_concurrency(), available_cores(), system.sysname,
                     system.release);
}

}  // namespace headrace
