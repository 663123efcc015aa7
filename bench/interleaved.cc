#include "interleaved.h"

#include <algorithm>

namespace headrace {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Pictures that a task does before the next task does them. More, and the machine has time to
// change its pace. Fewer, and tasks are faster than in any loader: our decoder keeps its Huffman
// tables for a next picture that has the same codes, and branch predictors remember the picture
// just decoded.
constexpr size_t kPicturesAtATime = 20;
// The first picture of a turn finds the caches full of another task's code. Turns begin that much
// earlier each pass, so that it is not always the same one.
constexpr size_t kShift = 3;

Result<std::vector<Nanoseconds>> run_pass(std::span<const Task> tasks, size_t pictures,
                                          size_t pass) {
  std::vector<Nanoseconds> times(tasks.size() * pictures);
  size_t turn = pass;
  size_t end = 0;
  for (size_t begin = 0; begin < pictures; begin = end, ++turn) {
    end = begin + kPicturesAtATime;
    if (begin == 0) end -= pass * kShift % kPicturesAtATime;
    end = std::min(end, pictures);
    for (size_t step = 0; step < tasks.size(); ++step) {
      const size_t task = (step + turn) % tasks.size();  // each is first
      for (size_t picture = begin; picture < end; ++picture) {
        const Nanoseconds start = thread_cpu_time();
        const Status status = tasks[task](picture);
        times[task * pictures + picture] = thread_cpu_time() - start;
        HEADRACE_RETURN_IF_ERROR(status);
      }
    }
  }
  return times;
}

}  // namespace

void Timings::add_pass(const std::vector<Nanoseconds>& times) {
  times_.resize(times.size());
  medians_.resize(times.size());
  for (size_t i = 0; i < times.size(); ++i) {
    times_[i].push_back(to_seconds(times[i]));
    medians_[i] = median_of(times_[i]);
  }
  ++passes_;
}

double Timings::seconds(size_t task) const {
  double sum = 0;
  for (size_t picture = 0; picture < pictures_; ++picture) sum += seconds(task, picture);
  return sum / static_cast<double>(pictures_);
}

double Timings::pass_total(size_t pass, size_t task) const {
  double sum = 0;
  for (size_t i = task * pictures_; i < (task + 1) * pictures_; ++i) sum += times_[i][pass];
  return sum;
}

Spread Timings::times_as_fast(size_t task, size_t base) const {
  Spread spread{.median = seconds(base) / seconds(task), .least = 0, .greatest = 0};
  for (size_t pass = 0; pass < passes_; ++pass) {
    const double ratio = pass_total(pass, base) / pass_total(pass, task);
    spread.least = pass == 0 ? ratio : std::min(spread.least, ratio);
    spread.greatest = std::max(spread.greatest, ratio);
  }
  return spread;
}

Result<Timings> measure(std::span<const Task> tasks, size_t pictures, const MeasureOptions& options,
                        const std::function<void(size_t passes)>& after_pass) {
  Timings timings(pictures);
  HEADRACE_RETURN_IF_ERROR(run_pass(tasks, pictures, 0).status());  // warm-up
  const Nanoseconds begin = steady_clock().now();
  const auto done = [&] {
    if (options.seconds > 0) return to_seconds(steady_clock().now() - begin) >= options.seconds;
    return timings.passes() >= static_cast<size_t>(options.passes);
  };
  do {
    HEADRACE_ASSIGN_OR_RETURN(const auto times, run_pass(tasks, pictures, timings.passes() + 1));
    timings.add_pass(times);
    after_pass(timings.passes());
  } while (!done());
  return timings;
}

}  // namespace headrace
