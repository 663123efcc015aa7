#include "headrace/decoders/baseline/symbol_table.h"

#include <algorithm>

namespace headrace {

void SymbolValues::fill(int16_t* table) {
  std::fill_n(table, kSize, int16_t{0});
  for (int size = 1; size <= kMaxValueBits; ++size) {
    for (int bits = 0; bits < 1 << size; ++bits) {
      table[kFront + value_base(size) + bits] = static_cast<int16_t>(value_of(bits, size));
    }
  }
}

const SymbolEntry* no_symbols() {
  alignas(64) static constexpr auto kNone = [] {
    std::array<SymbolEntry, kWindowSize> entries{};
    for (SymbolEntry& entry : entries) entry = kNoSymbol;
    return entries;
  }();
  return kNone.data();
}

}  // namespace headrace
