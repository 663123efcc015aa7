// The first directory of a TIFF structure: a TIFF file's header, and the EXIF block of a JPEG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "headrace/base/bytes.h"
#include "headrace/decoders/endian_view.h"

namespace headrace {

// The values of one tag: where they lie and how many of them are there.
struct TiffField {
  size_t offset = 0;
  size_t value_size = 0;  // bytes: 1, 2 or 4
  size_t count = 0;       // of those said to exist, the ones within the bytes
};

// Finds numbers by tag in the first directory (TIFF 6.0, section 2: IFD entries of 12 bytes: tag,
// type, count, value). Both byte orders; nothing is read past the end.
//
// Threads: a plain value; lives as long as the bytes it looks at.
class TiffDirectory {
 public:
  // None where the bytes do not begin as TIFF does, or the directory is not whole.
  static std::optional<TiffDirectory> open(ByteView bytes);

  // The values of `tag` where these are BYTEs, SHORTs or LONGs; a count of 0 where the tag is
  // missing or of another type. Linear in the entries: look up once, not for every value.
  TiffField field(uint32_t tag) const;

  // Value number `index`; 0 beyond the field's count.
  uint32_t value(const TiffField& field, size_t index) const;

  // The first value of `tag`, or `otherwise` where there is none.
  uint32_t find(uint32_t tag, uint32_t otherwise) const {
    const TiffField found = field(tag);
    return found.count > 0 ? value(found, 0) : otherwise;
  }

 private:
  TiffDirectory(EndianView view, size_t entries, size_t count)
      : view_(view), entries_(entries), count_(count) {}

  EndianView view_;
  size_t entries_;  // offset of the first
  size_t count_;
};

}  // namespace headrace
