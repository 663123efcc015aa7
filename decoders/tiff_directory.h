// The first directory of a TIFF structure: a TIFF file's header, and the EXIF block of a JPEG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "headrace/base/bytes.h"
#include "headrace/decoders/endian_view.h"

namespace headrace {

// Finds numbers by tag in the first directory (TIFF 6.0, section 2: IFD entries of 12 bytes:
// tag, type, count, value). Both byte orders; nothing is read past the end.
//
// Threads: a plain value; lives as long as the bytes it looks at.
class TiffDirectory {
 public:
  // None where the bytes do not begin as TIFF does, or the directory is not whole.
  static std::optional<TiffDirectory> open(ByteView bytes);

  // Value number `index` of `tag` where it is BYTEs, SHORTs or LONGs; none where the tag is
  // missing, has fewer values, or keeps them past the end of the bytes.
  std::optional<uint32_t> find(uint32_t tag, size_t index = 0) const;

 private:
  TiffDirectory(EndianView view, size_t entries, size_t count)
      : view_(view), entries_(entries), count_(count) {}

  EndianView view_;
  size_t entries_;  // offset of the first
  size_t count_;
};

}  // namespace headrace
