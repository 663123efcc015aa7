// Making the table of symbols: plain loops, which vector instructions make twice as fast.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_SYMBOL_TABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_SYMBOL_TABLE_INL_H_
#undef HEADRACE_DECODERS_SYMBOL_TABLE_INL_H_
#else
#define HEADRACE_DECODERS_SYMBOL_TABLE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "headrace/decoders/baseline/symbol_table.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

inline constexpr int kMaxFirstBits = 7;  // value bits of a first symbol: its value is an int8_t

struct Symbol {
  int length;   // bits of the code
  int size;     // bits of the value
  int advance;  // bytes; that of a symbol that ends the block is where its 0 goes
  bool ends_block;

  Symbol(HuffmanCode::Coded coded, bool is_dc)
      : length(coded.length), size(coded.symbol), advance(2), ends_block(false) {
    if (is_dc) return;
    const AcSymbol ac(coded.symbol);
    size = ac.size;
    ends_block = ac.ends_block;
    if (!ends_block) advance = 2 * (ac.run + 1);
  }
  int total() const { return length + size; }
};

// Entries are made as numbers: an entry for two symbols is the sum of what each contributes. No
// field overflows into the next but `value_bits`, from whose 64 the bits of both are taken.
using Packed = uint64_t;
static_assert(std::endian::native == std::endian::little);

HWY_INLINE constexpr Packed packed(int bits, int first_end, int advance, int first_value,
                                   int value_bits, int base) {
  return static_cast<Packed>(bits) | static_cast<Packed>(first_end) << 8 |
         static_cast<Packed>(advance) << 16 | static_cast<Packed>(first_value & 0xFF) << 24 |
         static_cast<Packed>(value_bits) << 32 | static_cast<Packed>(base & 0xFFFF) << 48;
}

// As the second of two, or (first_end 2) alone.
HWY_INLINE Packed as_last(const Symbol& symbol, int first_end) {
  return packed(symbol.total(), first_end, symbol.advance, 0,
                (64 - symbol.total()) | symbol.size << 8,
                symbol.ends_block ? -1 : value_base(symbol.size));
}

HWY_INLINE Packed as_first(const Symbol& symbol, int value) {
  return packed(symbol.total(), symbol.advance, symbol.advance, value, 0, 0) -
         (static_cast<Packed>(symbol.total()) << 32);
}

inline constexpr Packed kNoSymbolPacked = packed(0, 2, kNoSymbolAdvance, 0, 0, 0);

// The AC symbols as seconds: at [(1 << m) + bits] what the symbol that the m bits begin with
// contributes, 0 where they do not hold its code, or together with the kWindowBits - m bits before
// it would take too many.
using Seconds = std::array<Packed, 2 * kWindowSize>;

HWY_INLINE void find_seconds(Seconds& seconds, const HuffmanCode& code) {
  for (int known = 0; known <= kWindowBits; ++known) {
    Packed* out = seconds.data() + (1 << known);
    Packed* const end = out + (1 << known);
    for (const HuffmanCode::Coded& coded : code.in_order()) {
      if (coded.length > known) break;
      const Symbol symbol(coded, false);
      const bool fits =
          symbol.size <= kMaxValueBits && symbol.total() + kWindowBits - known <= kMaxEntryBits;
      Packed* const next = out + (1 << (known - coded.length));
      std::fill(out, next, fits ? as_last(symbol, 0) : 0);
      out = next;
    }
    std::fill(out, end, Packed{0});
  }
}

HWY_INLINE void combine(Packed* out, const HuffmanCode& firsts, bool first_is_dc,
                        const Seconds& seconds) {
  Packed* const end = out + kWindowSize;
  for (const HuffmanCode::Coded& coded : firsts.in_order()) {
    if (coded.length > kWindowBits) break;
    const Symbol first(coded, first_is_dc);
    Packed* const next = out + (1 << (kWindowBits - first.length));
    const bool usable = first.size <= kMaxValueBits && first.total() <= kMaxEntryBits;
    const Packed alone = usable ? as_last(first, 2) : kNoSymbolPacked;
    if (first.ends_block || first.total() >= kWindowBits || first.size > kMaxFirstBits) {
      std::fill(out, next, alone);
      out = next;
      continue;
    }
    // All values of the first symbol, and behind each all that the window shows of the second.
    const int shown = 1 << (kWindowBits - first.total());
    const Packed* const second = seconds.data() + shown;
    for (int bits = 0; out < next; ++bits, out += shown) {
      const Packed head = as_first(first, value_of(bits, first.size));
      for (int i = 0; i < shown; ++i) {
        out[i] = second[i] == 0 ? alone : head + second[i];
      }
    }
  }
  std::fill(out, end, kNoSymbolPacked);
}

inline void build_symbol_entries(SymbolEntry* entries, const HuffmanCode& dc,
                                 const HuffmanCode& ac) {
  Seconds seconds;
  find_seconds(seconds, ac);
  std::array<Packed, 2 * kWindowSize> made;
  combine(made.data(), dc, true, seconds);
  combine(made.data() + kWindowSize, ac, false, seconds);
  std::memcpy(entries, made.data(), sizeof made);
}

}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
