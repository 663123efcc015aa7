// Numbers in foreign bytes, in either byte order, never past the end.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "headrace/base/bytes.h"

namespace headrace {

// Threads: a plain value; lives as long as the bytes it looks at.
class EndianView {
 public:
  EndianView(ByteView bytes, std::endian order) : bytes_(bytes), order_(order) {}

  size_t size() const { return bytes_.size(); }
  // Whether `count` bytes are there from `offset` on; no sum that could wrap.
  bool has(size_t offset, size_t count) const {
    return offset <= bytes_.size() && count <= bytes_.size() - offset;
  }

  // The number at `offset`; 0 where it would reach past the end.
  uint32_t u8(size_t offset) const { return unsigned_at(offset, 1); }
  uint32_t u16(size_t offset) const { return unsigned_at(offset, 2); }
  uint32_t u24(size_t offset) const { return unsigned_at(offset, 3); }
  uint32_t u32(size_t offset) const { return unsigned_at(offset, 4); }

 private:
  uint32_t unsigned_at(size_t offset, size_t count) const {
    if (!has(offset, count)) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t at = order_ == std::endian::big ? i : count - 1 - i;
      value = value << 8 | bytes_[offset + at];
    }
    return value;
  }

  ByteView bytes_;
  std::endian order_;
};

}  // namespace headrace
