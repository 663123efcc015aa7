#include "headrace/decoders/orientation.h"

namespace headrace {
namespace {

// Upright column X and row Y show stored column x and row y, with (u, v) = (X, Y), or (Y, X) where
// the sides are swapped, and x = u or counted from the right, y = v or counted from the bottom.
struct Turn {
  bool swap;
  bool from_right;
  bool from_bottom;
};

Turn turn_of(int orientation) {
  switch (orientation) {
    case 2:
      return {false, true, false};
    case 3:
      return {false, true, true};
    case 4:
      return {false, false, true};
    case 5:
      return {true, false, false};
    case 6:
      return {true, false, true};
    case 7:
      return {true, true, true};
    case 8:
      return {true, true, false};
    default:
      return {false, false, false};
  }
}

}  // namespace

bool orientation_swaps_sides(int orientation) {
  return turn_of(orientation).swap;
}

Region stored_region(const Region& upright, int orientation, int stored_width, int stored_height) {
  const Turn turn = turn_of(orientation);
  Region stored = upright;
  if (turn.swap) stored = {upright.y, upright.x, upright.height, upright.width};
  if (turn.from_right) stored.x = stored_width - stored.x - stored.width;
  if (turn.from_bottom) stored.y = stored_height - stored.y - stored.height;
  return stored;
}

void turn_upright(Image& upright, const Image& stored, int orientation) {
  const Turn turn = turn_of(orientation);
  if (turn.swap) {
    upright.reshape(stored.height(), stored.width());
  } else {
    upright.reshape(stored.width(), stored.height());
  }
  const ptrdiff_t column = turn.from_right ? -Image::kChannels : Image::kChannels;
  const ptrdiff_t row = static_cast<ptrdiff_t>(stored.stride()) * (turn.from_bottom ? -1 : 1);
  const ptrdiff_t step = turn.swap ? row : column;      // one upright column further
  const ptrdiff_t next_row = turn.swap ? column : row;  // one upright row further
  const uint8_t* first = stored.row(turn.from_bottom ? stored.height() - 1 : 0) +
                         (turn.from_right ? (stored.width() - 1) * Image::kChannels : 0);
  for (int y = 0; y < upright.height(); ++y) {
    uint8_t* out = upright.row(y);
    const ptrdiff_t row_start = y * next_row;
    for (int x = 0; x < upright.width(); ++x) {
      const uint8_t* in = first + (row_start + x * step);
      *out++ = in[0];
      *out++ = in[1];
      *out++ = in[2];
    }
  }
}

}  // namespace headrace
