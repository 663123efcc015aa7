// The eight EXIF orientations: which stored pixels an upright region shows, and turning them.
//
//   1 as stored    2 left-right mirrored   3 half turn          4 top-bottom mirrored
//   5 transposed   6 quarter turn right    7 anti-transposed    8 quarter turn left
#pragma once

#include "headrace/decoders/image.h"

namespace headrace {

// Whether upright width and height are the stored height and width.
bool orientation_swaps_sides(int orientation);

// The region of the stored picture (stored_width x stored_height) that `upright` shows.
Region stored_region(const Region& upright, int orientation, int stored_width, int stored_height);

// Makes `upright` what `stored`, pixels of a stored_region(), shows when turned.
void turn_upright(Image& upright, const Image& stored, int orientation);

}  // namespace headrace
