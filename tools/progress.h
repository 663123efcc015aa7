// Progress of long work on stderr: a line that rewrites itself on a terminal, a plain one every ten
// seconds elsewhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "headrace/base/clock.h"

namespace headrace {

// "convert  1,024 of 1,451 records  71 %  3,400/s  1 s left". Ends its line when destroyed.
//
// Threads: set() and add() may be called from many.
class Progress {
 public:
  // total 0: not known, no part and no time left is shown.
  Progress(std::string what, std::string unit, int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void set(int64_t done) { done_.store(done, std::memory_order_relaxed); }
  void add(int64_t more) { done_.fetch_add(more, std::memory_order_relaxed); }

 private:
  std::string line() const;
  void show(const std::stop_token& stop);

  const std::string what_;
  const std::string unit_;
  const int64_t total_;
  const bool terminal_;
  const Nanoseconds begin_;
  std::atomic<int64_t> done_{0};
  std::jthread thread_;  // last: it uses the others
};

}  // namespace headrace
