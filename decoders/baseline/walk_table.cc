#include "headrace/decoders/baseline/walk_table.h"

#include <algorithm>

namespace headrace {

void AcWalkTable::build(const HuffmanCode& code) {
  chains_[1] = 0;
  for (int known = 1; known <= kWindowBits; ++known) {
    uint16_t* out = chains_.data() + (1 << known);
    uint16_t* const end = out + (1 << known);
    // Codes in order are windows in order.
    for (const HuffmanCode::Coded& coded : code.in_order()) {
      if (coded.length > known) break;
      const AcSymbol symbol(coded.symbol);
      uint16_t* const next = out + (1 << (known - coded.length));
      const int total = coded.length + symbol.size;
      if (symbol.ends_block) {
        std::fill(out, next, static_cast<uint16_t>(kEndsBlock << kAdvanceShift | coded.length));
      } else if (symbol.size > kMaxValueBits) {
        std::fill(out, next, uint16_t{0});
      } else {
        const auto first = static_cast<uint16_t>((symbol.run + 1) << kAdvanceShift | total);
        if (total >= known) {
          std::fill(out, next, first);
        } else {
          // What follows depends on the bits behind the value alone: the same for every value.
          const int rest_size = 1 << (known - total);
          const uint16_t* const rest = chains_.data() + rest_size;
          for (int i = 0; i < rest_size; ++i) out[i] = static_cast<uint16_t>(first + rest[i]);
          for (int made = rest_size; made < next - out; made *= 2) {
            std::copy_n(out, made, out + made);
          }
        }
      }
      out = next;
    }
    std::fill(out, end, uint16_t{0});
  }
  // Written so that compilers make vectors of it.
  for (int i = 1 << kWindowBits; i < 2 << kWindowBits; ++i) {
    const auto nothing = static_cast<uint16_t>(-(chains_[i] == 0));
    chains_[i] = static_cast<uint16_t>(chains_[i] | (nothing & kNoSymbol));
  }
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
