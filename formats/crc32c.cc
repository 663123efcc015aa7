#include "headrace/formats/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace headrace {

uint32_t crc32c(ByteView bytes, uint32_t previous) {
  constexpr size_t kMost = size_t{1} << 30;  // the library's length is an int
  uint32_t state = ~previous;  // the library leaves the inversions before and after to us
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), kMost));
    // Reads only; its C signature lacks the const.
    state = crc32_iscsi(const_cast<uint8_t*>(part.data()), static_cast<int>(part.size()), state);
    bytes = bytes.subspan(part.size());
  }
  return ~state;
}

}  // namespace headrace
