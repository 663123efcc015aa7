// Time that tests can hold still.
#pragma once

#include <chrono>
#include <cstdint>

namespace headrace {

using Nanoseconds = std::chrono::nanoseconds;

inline double to_milliseconds(Nanoseconds t) {
  return std::chrono::duration<double, std::milli>(t).count();
}
inline double to_seconds(Nanoseconds t) {
  return std::chrono::duration<double>(t).count();
}

// A monotonic clock. Threads: now() may be called from many.
class Clock {
 public:
  virtual ~Clock() = default;
  // Since an arbitrary start, never backwards.
  virtual Nanoseconds now() const = 0;
};

// std::chrono::steady_clock; lives for ever.
const Clock& steady_clock();

// Moves only when told to. Threads: one at a time.
class FakeClock final : public Clock {
 public:
  Nanoseconds now() const override { return now_; }
  void advance(Nanoseconds by) { now_ += by; }

 private:
  Nanoseconds now_{0};
};

// CPU time this thread, or all threads of this process, have used.
Nanoseconds thread_cpu_time();
Nanoseconds process_cpu_time();

}  // namespace headrace
