// Percentiles of many durations in little memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "headrace/base/clock.h"

namespace headrace {

// Counts durations in buckets that grow with them: sixteen for each doubling, so that a percentile
// is off by at most 3.1 % (half a bucket), from 64 ns to 18 minutes; what is shorter or longer
// counts as that. (The layout of HdrHistogram, Gil Tene.)
//
// Threads: one at a time; const methods may be called from many.
class DurationHistogram {
 public:
  void add(Nanoseconds duration) { ++counts_[bucket_of(duration)]; }
  // Adds another one's durations to these; takes out those of an earlier state of this one.
  void add(const DurationHistogram& other);
  void subtract(const DurationHistogram& other);

  int64_t count() const;
  // The duration that the fraction `q` (0 to 1) of all is not longer than: the middle of its
  // bucket. 0 where there are none.
  Nanoseconds quantile(double q) const;

 private:
  static constexpr int kSubBits = 4;        // 2^4 buckets a doubling
  static constexpr int kLeastBits = 6;      // 2^6 ns and less are one bucket
  static constexpr int kGreatestBits = 40;  // 2^40 ns and more are one bucket
  static constexpr size_t kBuckets = (size_t{kGreatestBits - kLeastBits} << kSubBits) + 1;

  static size_t bucket_of(Nanoseconds duration);
  static Nanoseconds middle_of(size_t bucket);

  std::array<int64_t, kBuckets> counts_{};
};

}  // namespace headrace
