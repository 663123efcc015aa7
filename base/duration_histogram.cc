#include "headrace/base/duration_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace headrace {

size_t DurationHistogram::bucket_of(Nanoseconds duration) {
  constexpr int64_t kLeast = int64_t{1} << kLeastBits;
  constexpr int64_t kGreatest = int64_t{1} << kGreatestBits;
  const auto ns = static_cast<uint64_t>(std::clamp<int64_t>(duration.count(), kLeast, kGreatest));
  const int octave = std::bit_width(ns) - 1;
  const uint64_t sub = (ns >> (octave - kSubBits)) & ((1U << kSubBits) - 1);
  return (static_cast<size_t>(octave - kLeastBits) << kSubBits) + sub;
}

Nanoseconds DurationHistogram::middle_of(size_t bucket) {
  const int octave = kLeastBits + static_cast<int>(bucket >> kSubBits);
  const auto sub = static_cast<int64_t>(bucket & ((1U << kSubBits) - 1));
  const int64_t width = int64_t{1} << (octave - kSubBits);
  return Nanoseconds((int64_t{1} << octave) + sub * width + width / 2);
}

void DurationHistogram::add(const DurationHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
}

void DurationHistogram::subtract(const DurationHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) counts_[i] -= other.counts_[i];
}

int64_t DurationHistogram::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), int64_t{0});
}

Nanoseconds DurationHistogram::quantile(double q) const {
  const int64_t all = count();
  if (all == 0) return Nanoseconds(0);
  const auto wanted =
      std::clamp<int64_t>(static_cast<int64_t>(std::ceil(q * static_cast<double>(all))), 1, all);
  int64_t seen = 0;
  size_t bucket = 0;
  while ((seen += counts_[bucket]) < wanted) ++bucket;
  return middle_of(bucket);
}

}  // namespace headrace
