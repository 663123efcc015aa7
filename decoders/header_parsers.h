// The headers of the formats that OpenCV decodes, read by ourselves: its decoders ask for a whole
// picture's memory before anybody could object to the size.
//
// Each parser takes a file whose first bytes matched, asks for no memory and reads nothing past the
// end. Errors: kCorruptData (broken or cut off; where the format tells how many bytes the pixels
// take, also when these are not there), kUnsupported (variants that nothing here reads).
#pragma once

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image_info.h"

namespace headrace {

bool is_png(ByteView bytes);
bool is_webp(ByteView bytes);
bool is_bmp(ByteView bytes);
bool is_tiff(ByteView bytes);
bool is_pnm(ByteView bytes);

// PNG specification (third edition), 5.6 and 11.2.2: IHDR comes first.
Result<ImageInfo> parse_png_header(ByteView bytes);
// WebP container specification; VP8 frame header as in RFC 6386, 9.1. Animations are unsupported.
Result<ImageInfo> parse_webp_header(ByteView bytes);
// BITMAPCOREHEADER and BITMAPINFOHEADER (and its longer successors).
Result<ImageInfo> parse_bmp_header(ByteView bytes);
// TIFF 6.0, the first directory. Orientations other than the stored one are unsupported.
Result<ImageInfo> parse_tiff_header(ByteView bytes);
// Netpbm's pbm(5), pgm(5) and ppm(5), P1 to P6. 255 and, in binary files, 65535 are the maximum
// values supported.
Result<ImageInfo> parse_pnm_header(ByteView bytes);

}  // namespace headrace
