// The one thing of EXIF that changes pixels.
#pragma once

#include "headrace/base/bytes.h"

namespace headrace {

// Orientation (EXIF 2.3, tag 0x0112), 1..8, of the content of a JPEG's APP1 segment: "Exif", two
// zero bytes, a TIFF structure. 1 where the segment is something else, has no orientation, or is
// damaged: a broken description is no reason to lose the picture.
int exif_orientation(ByteView app1);

}  // namespace headrace
