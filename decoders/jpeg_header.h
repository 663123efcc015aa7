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

}  // namespace headrace
