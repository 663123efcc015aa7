// JPEGs made of given DCT coefficients.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "headrace/decoders/baseline/jpeg_frame.h"
#include "jpeg_segments.h"

namespace headrace {

using Coefficients = std::array<int16_t, kBlockSize>;  // by position in the block

struct CoefficientSpec {
  int width = 64;
  int height = 16;
  bool colour = false;  // YCbCr 4:2:0, or else grey
  std::array<uint16_t, kBlockSize> quant{};
};

// The file; `next` is called for the quantised coefficients of each block. AC coefficients must be
// within 1023 of 0 and DC coefficients within 1023, as the code has no more bits for them.
FileBytes make_coefficient_jpeg(const CoefficientSpec& spec,
                                const std::function<Coefficients()>& next);

}  // namespace headrace
