#include "headrace/report/summary.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace headrace {
namespace {

double percentile(const std::vector<Nanoseconds>& sorted, double percent) {
  const double position = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double low = to_milliseconds(sorted[below]);
  const double high = to_milliseconds(sorted[above]);
  return low + (high - low) * (position - static_cast<double>(below));
}

}  // namespace

std::optional<Summary> summarize(std::vector<Nanoseconds> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  // Added up as integers: the mean does not depend on the order of the values.
  const Nanoseconds sum = std::accumulate(values.begin(), values.end(), Nanoseconds{0});
  return Summary{.mean = to_milliseconds(sum) / static_cast<double>(values.size()),
                 .p50 = percentile(values, 50),
                 .p95 = percentile(values, 95),
                 .count = static_cast<int64_t>(values.size())};
}

std::optional<Summary> summarize(const std::vector<std::optional<Nanoseconds>>& values) {
  std::vector<Nanoseconds> there;
  there.reserve(values.size());
  for (const auto& value : values) {
    if (value) there.push_back(*value);
  }
  return summarize(std::move(there));
}

std::vector<int> shares_in_tenths_of_percent(const std::vector<double>& values) {
  std::vector<int> shares(values.size(), 0);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (sum <= 0) return shares;
  std::vector<double> remainders(values.size());
  int missing = 1000;
  for (size_t i = 0; i < values.size(); ++i) {
    const double exact = values[i] / sum * 1000;
    shares[i] = static_cast<int>(exact);
    remainders[i] = exact - shares[i];
    missing -= shares[i];
  }
  std::vector<size_t> by_remainder(values.size());
  std::iota(by_remainder.begin(), by_remainder.end(), size_t{0});
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&](size_t a, size_t b) { return remainders[a] > remainders[b]; });
  for (size_t i = 0; missing > 0; ++i, --missing) ++shares[by_remainder[i % values.size()]];
  return shares;
}

}  // namespace headrace
