// Running on one instruction set out of those that the machine has.
#pragma once

#include <hwy/targets.h>

#include <cstdint>

namespace headrace {

// While it lives, Highway runs this target only; one at a time.
class OnlyTarget {
 public:
  explicit OnlyTarget(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~OnlyTarget() { hwy::SetSupportedTargetsForTest(0); }
  OnlyTarget(const OnlyTarget&) = delete;
  OnlyTarget& operator=(const OnlyTarget&) = delete;
};

}  // namespace headrace
