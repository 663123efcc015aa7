#include "headrace/decoders/baseline/scaled_frame.h"

namespace headrace {

void scale_frame(JpegFrame& frame, int scale) {
  frame.scale = scale;
  const int size = kBlockSide / scale;
  for (FrameComponent& component : frame.components) {
    const bool both_ways = component.h < frame.h_max && component.v < frame.v_max;
    component.dct_size = both_ways && size < kBlockSide ? 2 * size : size;
  }
}

}  // namespace headrace
