// Tables for walking over Huffman-coded blocks without looking at the coefficients.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/decoders/baseline/huffman_code.h"

namespace headrace {

// By the next kWindowBits bits: how far as many whole symbols lead as have their codes in them. The
// value bits of the last one may lie beyond.
//
// Entry: lowest 6 bits, how many bits to pass over; above them, coefficients to advance, kEndsBlock
// added where the last symbol ends the block. kNoSymbol: the next symbol must be matched by itself.
class AcWalkTable {
 public:
  // More symbols a look-up than with kWindowBits; both tables of a picture still fit the L1 cache.
  static constexpr int kWindowBits = 12;
  static constexpr int kMaxBits = kWindowBits + kMaxValueBits;
  static constexpr int kAdvanceShift = 6;
  static constexpr int kEndsBlock = 512;  // more than 12 symbols can advance
  // It advances 64 from any k > 0 and so never looks like a block that ended well.
  static constexpr uint16_t kNoSymbol = kBlockSize << kAdvanceShift;

  void build(const HuffmanCode& code);
  const uint16_t* entries() const { return chains_.data() + (1 << kWindowBits); }

 private:
  // chains_[(1 << m) + bits]: the entry when only the m bits `bits` are known; 0 for no symbol but
  // where m is kWindowBits.
  std::array<uint16_t, 2 << kWindowBits> chains_;
};

// By the next kWindowBits bits: low byte, bits of code and value; high byte, bits of the code. 0:
// the symbol must be matched by itself.
class DcWalkTable {
 public:
  void build(const HuffmanCode& code);
  const uint16_t* entries() const { return entries_.data(); }

 private:
  std::array<uint16_t, kWindowSize> entries_;
};

// The value that `size` bits after a code stand for (T.81, figure F.12, EXTEND): `aligned` holds
// them at the top. 0 <= size <= kMaxValueBits.
inline int extend_value(uint64_t aligned, int size) {
  const uint64_t negative = ~static_cast<uint64_t>(static_cast<int64_t>(aligned) >> 63);
  const uint64_t magnitude = ((aligned ^ negative) >> 1) >> (63 - size);
  return static_cast<int>((magnitude ^ negative) - negative);
}

}  // namespace headrace
