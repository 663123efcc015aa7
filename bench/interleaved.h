// CPU time of several tasks on the same pictures, measured so that they can be compared on a
// machine that others use: they take turns every few pictures, so that what slows the machine down
// slows all of them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "headrace/base/clock.h"
#include "headrace/base/status.h"

namespace headrace {

// Does its work on picture number `picture`.
using Task = std::function<Status(size_t picture)>;

// A ratio: by the medians, and in the passes with the least and the greatest one.
struct Spread {
  double median = 0;
  double least = 0;
  double greatest = 0;
};

// Threads: const methods from many.
class Timings {
 public:
  explicit Timings(size_t pictures) : pictures_(pictures) {}

  // Appends a pass: CPU times of task t on picture p at t * pictures + p.
  void add_pass(const std::vector<Nanoseconds>& times);

  size_t passes() const { return passes_; }
  // Seconds that `task` takes for `picture`: median over the passes.
  double seconds(size_t task, size_t picture) const { return medians_[task * pictures_ + picture]; }
  // Mean of these over the pictures.
  double seconds(size_t task) const;
  // How many times as long as `task` does `base` take, for all pictures.
  Spread times_as_fast(size_t task, size_t base) const;

 private:
  double pass_total(size_t pass, size_t task) const;

  size_t pictures_;
  size_t passes_ = 0;
  std::vector<std::vector<double>> times_;  // by task and picture, of each pass
  std::vector<double> medians_;             // by task and picture
};

struct MeasureOptions {
  int passes = 7;      // over all pictures, after one that warms up and is not counted
  double seconds = 0;  // more than 0: as many passes as begin in so long a time instead
};

// Runs every task on every picture, pass after pass, in this thread; `after_pass` hears how many
// are done. The first error ends it.
Result<Timings> measure(std::span<const Task> tasks, size_t pictures, const MeasureOptions& options,
                        const std::function<void(size_t passes)>& after_pass);

}  // namespace headrace
