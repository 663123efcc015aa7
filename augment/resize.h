// Antialiased bilinear resize with the exact bytes of Pillow's Image.resize(BILINEAR): horizontal
// pass first, each pass rounded to uint8. That is what torchvision trained on, and every Pillow up
// to 12.1. Later ones put the vertical pass first, and so change some values by one, for pictures
// that are more than 100 times taller than wide (12.2) or that shrink much more in height than in
// width (13).
#pragma once

namespace headrace {

// One axis of a resize: `in_size` pixels become `out_size`; of the outputs only [out_begin,
// out_begin + out_count) are wanted, and of the inputs only [in_begin, in_begin + in_count) are
// there. Every size is at least 1; the window of the inputs holds what the wanted outputs depend
// on.
//
// A window changes nothing about the pixels in it: the weights are those of the whole axis.
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

  bool operator==(const ResizeAxis&) const = default;
};

// From x.in_count x y.in_count pixels to x.out_count x y.out_count.
struct ResizePlan {
  ResizeAxis x;
  ResizeAxis y;

  bool operator==(const ResizePlan&) const = default;
};

// Inputs that one output of an axis is a weighted sum of: [begin, end) of the whole axis.
struct ResizeSupport {
  int begin = 0;
  int end = 0;
};

// Pillow's bounds (precompute_coeffs in its Resample.c) for output `index` of the whole axis.
ResizeSupport resize_support(int in_size, int out_size, int index);

// Fractional bits of a weight: Pillow's PRECISION_BITS, 32 less 8 for the pixel and 2 spare ones.
// Fewer are not enough for its bytes: with 15 bits 0.3 % of the values differ.
inline constexpr int kResizeWeightBits = 22;

}  // namespace headrace
