// The table that the fast decoding of coefficients looks symbols up with, two at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "headrace/decoders/baseline/huffman_code.h"

namespace headrace {

// One look-up: up to two symbols. Coefficients go to memory in scan order, two bytes each, a block
// behind the other, so that one pointer is both the block and the position in it. With o for the
// pointer before:
//
//   first_value    goes to o + first_end - 2
//   second value   goes to o + advance - 2. It is values[value_base + bits], with `bits` of the
//                  window given by value_bits: how many (high byte), from where on (low byte).
//   o + advance    is the next position. Where value_base is -1 the block has ended, and the next
//                  position is the next block's begin; values[-1] is 0.
//
// A symbol alone has its value as the second; what else is stored is 0, to a position that is 0.
// `advance` is that of a look-up only where it stays inside the block: (o & 127) + advance <= 128.
// Otherwise the block ends between the two symbols or is broken, and the symbols must be taken one
// by one, as when there is none here (kNoSymbol).
struct SymbolEntry {
  uint8_t bits;       // of all: codes and values
  uint8_t first_end;  // bytes
  uint8_t advance;    // bytes
  int8_t first_value;
  uint16_t value_bits;
  int16_t value_base;
};
static_assert(sizeof(SymbolEntry) == 8);

inline constexpr uint8_t kNoSymbolAdvance = 255;
inline constexpr SymbolEntry kNoSymbol{0, 2, kNoSymbolAdvance, 0, 0, 0};

// No entry takes more bits, so that a window of 57 serves three look-ups.
inline constexpr int kMaxEntryBits = 19;

// Where the values of `size` bits begin in SymbolValues.
constexpr int16_t value_base(int size) {
  return static_cast<int16_t>((1 << size) - 1);
}

// What `size` bits stand for (T.81, figure F.12, EXTEND).
constexpr int value_of(int bits, int size) {
  if (size == 0) return 0;
  return bits >> (size - 1) != 0 ? bits : bits + 1 - (1 << size);
}

// values[value_base + bits]: what bits stand for, by value_base = (1 << size) - 1.
class SymbolValues {
 public:
  static constexpr size_t kFront = 32;  // int16s before value_base 0, to keep the rest aligned
  static constexpr size_t kSize = kFront + (size_t{2} << kMaxValueBits);

  static void fill(int16_t* table);  // kSize of them; values = table + kFront
};

// Fills in SymbolTable's entries.
void build_symbol_entries(SymbolEntry* entries, const HuffmanCode& dc, const HuffmanCode& ac);

// For one component: entries for the symbol that begins a block (DC, and perhaps the first AC
// symbol), then those for symbols inside a block. Aligned to its size, so that an OR with
// kInsideBlock leads from the first to the second half.
class SymbolTable {
 public:
  static constexpr size_t kInsideBlock = kWindowSize * sizeof(SymbolEntry);  // bytes

  void build(const HuffmanCode& dc, const HuffmanCode& ac) {
    build_symbol_entries(entries_.data(), dc, ac);
  }
  const SymbolEntry* entries() const { return entries_.data(); }

 private:
  alignas(2 * kInsideBlock) std::array<SymbolEntry, 2 * kWindowSize> entries_;
};

// A table of kNoSymbol alone: what follows the last block of a chunk.
const SymbolEntry* no_symbols();

}  // namespace headrace
