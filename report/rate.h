// The one place where rates are computed.
#pragma once

#include <cstdint>
#include <optional>

#include "headrace/base/clock.h"

namespace headrace {

// Images over elapsed wall time (never over the sum of the threads' times). None when no time or no
// image was measured: a rate of 0 would be a measurement.
inline std::optional<double> images_per_second(int64_t images, Nanoseconds elapsed) {
  if (images <= 0 || elapsed <= Nanoseconds{0}) return std::nullopt;
  return static_cast<double>(images) / to_seconds(elapsed);
}

// CPU time of all threads for a thousand images: what a loader costs, however many threads it has.
inline std::optional<double> cpu_seconds_per_1000_images(int64_t images, Nanoseconds cpu) {
  if (images <= 0 || cpu <= Nanoseconds{0}) return std::nullopt;
  return to_seconds(cpu) * 1000 / static_cast<double>(images);
}

}  // namespace headrace
