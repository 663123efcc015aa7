// The instruction sets of this machine that the decoder has code for.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <string>
#include <vector>

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "support/only_target.h"

namespace headrace {

inline std::vector<int64_t> baseline_targets() {
  std::vector<int64_t> all;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const OnlyTarget only(target);
    if (std::string(baseline_decoder_target()) != "none") all.push_back(target);
  }
  return all;
}

inline std::string target_name(const testing::TestParamInfo<int64_t>& info) {
  return hwy::TargetName(info.param);
}

// A test that is run on each of them.
class OnEachTarget : public testing::TestWithParam<int64_t> {
 private:
  OnlyTarget only_{GetParam()};
};

}  // namespace headrace
