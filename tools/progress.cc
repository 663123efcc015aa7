#include "headrace/tools/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "headrace/tools/numbers.h"

namespace headrace {

Progress::Progress(std::string what, std::string unit, int64_t total)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      terminal_(isatty(STDERR_FILENO) == 1),
      begin_(steady_clock().now()),
      thread_([this](const std::stop_token& stop) { show(stop); }) {}

Progress::~Progress() {
  thread_.request_stop();
  thread_.join();
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

std::string Progress::line() const {
  const int64_t done = done_.load(std::memory_order_relaxed);
  const double seconds = to_seconds(steady_clock().now() - begin_);
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string text = fmt::format("{}  {}", what_, with_commas(done));
  if (total_ > 0) text += fmt::format(" of {}", with_commas(total_));
  text += fmt::format(" {}", unit_);
  if (total_ > 0) text += fmt::format("  {} %", 100 * done / total_);
  text += rate < 10 ? fmt::format("  {:.1f}/s", rate)
                    : fmt::format("  {}/s", with_commas(static_cast<int64_t>(rate)));
  if (total_ > 0 && rate > 0) {
    text += fmt::format("  {} left", duration_text(static_cast<double>(total_ - done) / rate));
  }
  return text;
}

void Progress::show(const std::stop_token& stop) {
  const auto interval =
      terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10'000);
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  while (!condition.wait_for(lock, stop, interval, [] { return false; }) &&
         !stop.stop_requested()) {
    if (terminal_) {
      fmt::print(stderr, "\r\033[K{}", line());
      std::fflush(stderr);
    } else {
      fmt::print(stderr, "{}\n", line());
    }
  }
}

}  // namespace headrace
