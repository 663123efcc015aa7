#include "headrace/decoders/baseline/walk_table.h"

namespace headrace {

int AcWalkTable::worthwhile_bits(size_t bytes) {
  if (bytes < 4096) return 8;
  if (bytes < 16384) return 10;
  return kMaxWindowBits;
}

void DcWalkTable::build(const HuffmanCode& code) {
  for (int i = 0; i < kWindowSize; ++i) {
    const int length = code.short_codes()[i] & 0xFF;
    const int size = code.short_codes()[i] >> 8;
    const bool usable = length != 0 && size <= kMaxValueBits;
    entries_[i] = usable ? static_cast<uint16_t>(length << 8 | (length + size)) : 0;
  }
}

}  // namespace headrace
