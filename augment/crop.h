// Which part of a picture is used: torchvision's crop geometry, before any pixel exists.
#pragma once

#include <array>

#include "headrace/augment/resize.h"
#include "headrace/base/keyed_random.h"
#include "headrace/decoders/image.h"

namespace headrace {

// Python's round() to an integer: halves go to the even neighbour.
double round_half_even(double value);

// RandomResizedCrop.get_params of torchvision: ten tries of an area uniform in `scale` (as a part
// of the picture's) and of a ratio width / height whose logarithm is uniform in `aspect_ratio`;
// where none fits, the largest central crop with a permitted ratio. width and height are at least
// 1, so are those of the result; 0 < scale[0] <= scale[1], 0 < aspect_ratio[0] <= aspect_ratio[1].
//
// Draws from `random`, each try: area, ratio, and when it fits top, left.
Region random_resized_crop(int width, int height, const std::array<double, 2>& scale,
                           const std::array<double, 2>& aspect_ratio, KeyedRandom& random);

// Resize(short_side) followed by CenterCrop(size) of torchvision, for short_side >= size: the
// shorter side becomes short_side, the longer int(short_side * long / short); the crop begins at
// int(round((resized - size) / 2)). A longer side beyond 2^30, which only pictures of a few pixels
// by millions have, is taken as 2^30.
ResizePlan resize_and_center_crop(int width, int height, int short_side, int size);

// How many times smaller a picture may be decoded so that `resize` still need not enlarge it in any
// direction: the greatest of 1, 2, 4 and 8 up to `max_scale`.
int decode_scale(const ResizePlan& resize, int max_scale);

// The region of the picture at 1/scale of its size that shows `region`: each edge is moved to the
// nearest pixel there, so by at most scale / 2 pixels of the picture. Sides of at least n * scale
// become at least n.
Region scaled_region(const Region& region, int scale);

// The resize of a whole picture, done from the picture at 1/scale of its size. Where a side is no
// multiple of `scale`, its end is moved to the nearest pixel there: by at most scale / 2 pixels of
// the picture, as scaled_region() moves edges.
ResizePlan of_scaled_picture(const ResizePlan& resize, int scale);

}  // namespace headrace
