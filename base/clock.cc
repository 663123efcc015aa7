#include "headrace/base/clock.h"

#include <ctime>

namespace headrace {
namespace {

class SteadyClock final : public Clock {
 public:
  Nanoseconds now() const override { return std::chrono::steady_clock::now().time_since_epoch(); }
};

Nanoseconds read(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

const Clock& steady_clock() {
  static const SteadyClock clock;
  return clock;
}

Nanoseconds thread_cpu_time() {
  return read(CLOCK_THREAD_CPUTIME_ID);
}
Nanoseconds process_cpu_time() {
  return read(CLOCK_PROCESS_CPUTIME_ID);
}

}  // namespace headrace
