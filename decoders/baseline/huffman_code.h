// A Huffman table, ready for looking codes up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "headrace/decoders/baseline/jpeg_frame.h"

namespace headrace {

// Bits of the window that tables are looked up with. 9 and 11 were measured and are slower: fewer
// symbols a look-up, or tables that crowd the L1 cache.
inline constexpr int kWindowBits = 10;
inline constexpr int kWindowSize = 1 << kWindowBits;

// The most bits that a coefficient's value may have after its code. T.81 needs 11 for DC and 10 for
// AC; libjpeg reads up to 15, from pictures that no encoder makes.
inline constexpr int kMaxValueBits = 11;

// A symbol of an AC table: a run of zero coefficients, then one whose value takes `size` bits.
struct AcSymbol {
  int run;
  int size;
  bool ends_block;  // any symbol without value but the run of 16 zeros (as jdhuff.c reads it)

  explicit constexpr AcSymbol(int symbol)
      : run(symbol >> 4), size(symbol & 15), ends_block(size == 0 && run != 15) {}
};

// Threads: one at a time to set(); then any.
class HuffmanCode {
 public:
  // False where libjpeg refuses the table (jpeg_make_d_derived_tbl() of jdhuff.c): codes that do
  // not fit their length, a code of ones only, DC symbols above 15. Costs little when the table is
  // that of the call before.
  bool set(const HuffmanSpec& spec, bool is_dc);

  // Another number whenever set() has changed the code; for tables made from it.
  uint64_t version() const { return version_; }

  struct Match {
    int length = 0;  // bits; 0: no code begins like this
    int symbol = 0;
  };
  // The code that the 16 bits begin with.
  Match match(uint32_t sixteen_bits) const;

  // All symbols with the lengths of their codes, in the order of the codes.
  struct Coded {
    uint8_t length;
    uint8_t symbol;
  };
  std::span<const Coded> in_order() const {
    return {in_order_.data(), static_cast<size_t>(symbol_count_)};
  }

  // For codes of up to kWindowBits, by the window's bits: symbol << 8 | length; 0 for others.
  const std::array<uint16_t, kWindowSize>& short_codes() const { return short_codes_; }

 private:
  bool build(const HuffmanSpec& spec, bool is_dc);

  std::array<uint16_t, kWindowSize> short_codes_;
  // By length: the first value of 16 bits behind that length's codes, and what leads from a code to
  // its symbol.
  std::array<uint32_t, 17> end_;
  std::array<int, 17> symbol_offset_;

  std::array<Coded, 256> in_order_;

  std::array<uint8_t, 16> counts_;
  std::array<uint8_t, 256> symbols_;
  int symbol_count_ = -1;  // none yet
  bool valid_ = false;
  uint64_t version_ = 0;
};

}  // namespace headrace
