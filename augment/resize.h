// Antialiased bilinear resize with the exact bytes of Pillow's Image.resize(BILINEAR) up to version
// 12 (horizontal pass first, each pass rounded to uint8), which is also what torchvision trained on.
#pragma once

namespace headrace {

// One axis of a resize: `in_size` pixels become `out_size`; of the outputs only [out_begin,
// out_begin + out_count) are wanted, and of the inputs only [in_begin, in_begin + in_count) are there.
struct ResizeAxis {
  int in_size = 0;
  int out_size = 0;
  int out_begin = 0;
  int out_count = 0;
  int in_begin = 0;
  int in_count = 0;

  // The axis with the inputs that these outputs depend on.
  static ResizeAxis window(int in_size, int out_size, int out_begin, int out_count);
  // The whole axis.
  static ResizeAxis whole(int in_size, int out_size) {
    return window(in_size, out_size, 0, out_size);
  }
};

struct ResizePlan {
  ResizeAxis x;
  ResizeAxis y;
};

}  // namespace headrace
