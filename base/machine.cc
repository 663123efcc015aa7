#include "headrace/base/machine.h"

#include <fmt/core.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
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

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(": ") + 2);
  }
  return "unknown processor";
}

}  // namespace

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int cores = sched_getaffinity(0, sizeof set, &set) == 0
                  ? CPU_COUNT(&set)
                  : static_cast<int>(std::thread::hardware_concurrency());
  if (const auto quota = cgroup_cores())
    cores = std::min(cores, static_cast<int>(std::ceil(*quota)));
  return std::max(cores, 1);
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
