#include "headrace/formats/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace headrace {
namespace {

// ISA-L's AVX-512 version leaves the upper halves of the vector registers in use; until they are
// cleared, older vector instructions (all of C++ compiled for any x86-64) are slower on Intel's
// processors.
void clear_upper_registers() {
#if defined(__x86_64__) && !defined(__AVX__)
  if (__builtin_cpu_supports("avx")) __asm__ volatile("vzeroupper");
#endif
}

}  // namespace

uint32_t crc32c(ByteView bytes, uint32_t previous) {
  constexpr size_t kMost = size_t{1} << 30;  // the library's length is an int
  uint32_t state = ~previous;  // the library leaves the inversions before and after to us
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), kMost));
    // Reads only; its C signature lacks the const.
    state = crc32_iscsi(const_cast<uint8_t*>(part.data()), static_cast<int>(part.size()), state);
    bytes = bytes.subspan(part.size());
  }
  clear_upper_registers();
  return ~state;
}

}  // namespace headrace
