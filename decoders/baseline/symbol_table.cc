#include "headrace/decoders/baseline/symbol_table.h"

#include <algorithm>

namespace headrace {
namespace {

constexpr int kMaxFirstBits = 7;  // value bits of a first symbol: its value is an int8_t

constexpr uint16_t value_bits(int total, int size) {
  return static_cast<uint16_t>((64 - total) | size << 8);
}

constexpr int16_t value_base(int size) {
  return static_cast<int16_t>((1 << size) - 1);
}

constexpr int value_of(int bits, int size) {
  if (size == 0) return 0;
  return bits >> (size - 1) != 0 ? bits : bits + 1 - (1 << size);
}

// A symbol by the window that begins with it.
struct Symbol {
  uint8_t length = 0;   // bits of the code; 0: not here
  uint8_t size = 0;     // bits of the value
  uint8_t advance = 0;  // bytes
  bool ends_block = false;

  int total() const { return length + size; }
};

Symbol symbol_at(const HuffmanCode& code, bool is_dc, int window) {
  const uint16_t match = code.short_codes()[window];
  const int length = match & 0xFF;
  if (length == 0) return {};
  if (is_dc) {
    const int size = match >> 8;
    if (size > kMaxValueBits) return {};
    return {static_cast<uint8_t>(length), static_cast<uint8_t>(size), 2, false};
  }
  const AcSymbol symbol(match >> 8);
  if (symbol.size > kMaxValueBits) return {};
  return {static_cast<uint8_t>(length), static_cast<uint8_t>(symbol.size),
          static_cast<uint8_t>(symbol.ends_block ? 0 : 2 * (symbol.run + 1)), symbol.ends_block};
}

SymbolEntry alone(const Symbol& symbol) {
  const int total = symbol.total();
  if (total > kMaxEntryBits) return kNoSymbol;
  if (symbol.ends_block) {
    return {static_cast<uint8_t>(total), 2, 2, 0, value_bits(total, 0), -1};
  }
  return {static_cast<uint8_t>(total), 2, symbol.advance, 0, value_bits(total, symbol.size),
          value_base(symbol.size)};
}

SymbolEntry both(const Symbol& first, int first_value, const Symbol& second) {
  const int total = first.total() + second.total();
  SymbolEntry entry{static_cast<uint8_t>(total),
                    first.advance,
                    static_cast<uint8_t>(first.advance + second.advance),
                    static_cast<int8_t>(first_value),
                    value_bits(total, second.size),
                    value_base(second.size)};
  if (second.ends_block) {
    entry.advance = static_cast<uint8_t>(first.advance + 2);  // where the 0 goes
    entry.value_base = -1;
  }
  return entry;
}

using Symbols = std::array<Symbol, kWindowSize>;

void combine(SymbolEntry* out, const HuffmanCode& first_code, bool first_is_dc,
             const Symbols& seconds) {
  for (int window = 0; window < kWindowSize;) {
    const Symbol first = symbol_at(first_code, first_is_dc, window);
    if (first.length == 0) {
      out[window++] = kNoSymbol;
      continue;
    }
    const int end = window + (1 << (kWindowBits - first.length));
    const SymbolEntry single = alone(first);
    if (first.ends_block || first.total() >= kWindowBits || first.size > kMaxFirstBits) {
      std::fill(out + window, out + end, single);
      window = end;
      continue;
    }
    // All values of the first symbol, and behind each all that the window shows of the second.
    const int shown = kWindowBits - first.total();
    for (int bits = 0; window < end; ++bits) {
      const int value = value_of(bits, first.size);
      for (int rest = 0; rest < 1 << shown; ++rest, ++window) {
        const Symbol& second = seconds[rest << first.total()];
        const bool fits = second.length != 0 && second.length <= shown &&
                          first.total() + second.total() <= kMaxEntryBits;
        out[window] = fits ? both(first, value, second) : single;
      }
    }
  }
}

}  // namespace

void SymbolValues::fill(int16_t* table) {
  std::fill_n(table, kSize, int16_t{0});
  for (int size = 1; size <= kMaxValueBits; ++size) {
    for (int bits = 0; bits < 1 << size; ++bits) {
      table[kFront + value_base(size) + bits] = static_cast<int16_t>(value_of(bits, size));
    }
  }
}

void SymbolTable::build(const HuffmanCode& dc, const HuffmanCode& ac) {
  Symbols seconds;
  for (int window = 0; window < kWindowSize; ++window) {
    seconds[window] = symbol_at(ac, false, window);
  }
  combine(entries_.data(), dc, true, seconds);
  combine(entries_.data() + kWindowSize, ac, false, seconds);
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
