// The slow, obvious way to decode a JPEG: libjpeg, everything, no shortcuts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/decoders/image.h"

namespace headrace {

struct ReferencePicture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;

  // The rows of a region, one after another.
  std::vector<uint8_t> crop(const Region& region) const;
};

// For pictures that libjpeg makes RGB by itself (not CMYK); none where it gives up. Damage that it
// only warns about is ignored.
std::optional<ReferencePicture> decode_whole(ByteView bytes);

// The same with plain upsampling and at 1/scale of its size.
std::optional<ReferencePicture> decode_whole_fast(ByteView bytes, int scale);

}  // namespace headrace
