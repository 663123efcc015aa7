// A JPEG's header, without libjpeg: a walk over its markers up to the first scan.
#pragma once

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image_info.h"

namespace headrace {

// Size, components and EXIF orientation (ITU-T T.81, annex B). Asks for no memory; the time is
// linear in the bytes before the first scan. Errors: kCorruptData (no frame or scan header, a
// segment that reaches past the end), kUnsupported (lossless, hierarchical or 12-bit JPEG, a height
// that only a DNL marker would tell, neither 1, 3 nor 4 components).
Result<ImageInfo> parse_jpeg_header(ByteView bytes);

// Whether an end marker (EOI) stands anywhere behind the begin of the first scan's header, whatever
// may follow it. `bytes` are those of a good parse_jpeg_header(). Nearly free where the file ends
// with it; linear in what stands behind it otherwise.
bool has_jpeg_end_marker(ByteView bytes);

}  // namespace headrace
