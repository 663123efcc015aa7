// A few numbers that stand for many durations.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "headrace/base/clock.h"

namespace headrace {

// In milliseconds. The q-th percentile of n sorted values is the value at position q / 100 * (n -
// 1), counted from 0, interpolated linearly between neighbours: numpy.percentile's default, type 7
// of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50
// (1996).
struct Summary {
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  int64_t count = 0;  // at least 1: no values have no summary
};

// None when there are no values: not measured is not 0.
std::optional<Summary> summarize(std::vector<Nanoseconds> values);

// Of those that are there; absent values count for nothing.
std::optional<Summary> summarize(const std::vector<std::optional<Nanoseconds>>& values);

// What part of their sum each value is, in tenths of a percent, rounded so that the parts add up to
// exactly 1000 (largest remainder; the earlier of equals gets the tenth). All 0 when the sum is 0.
std::vector<int> shares_in_tenths_of_percent(const std::vector<double>& values);

}  // namespace headrace
