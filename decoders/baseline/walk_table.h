// Tables for walking over Huffman-coded blocks without looking at the coefficients.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "headrace/decoders/baseline/huffman_code.h"

namespace headrace {

// Fills in AcWalkTable's chains.
void build_walk_chains(uint16_t* chains, const HuffmanCode& code, int window_bits);

// By the next window_bits() bits: how far as many whole symbols lead as have their codes in them.
// The value bits of the last one may lie beyond.
//
// Entry: lowest 6 bits, how many bits to pass over; above them, coefficients to advance, kEndsBlock
// added where the last symbol ends the block. kNoSymbol: the next symbol must be matched by itself.
class AcWalkTable {
 public:
  // The more bits, the more symbols a look-up, and the longer it takes to make the table. At 12
  // both tables of a picture fit the L1 cache.
  static constexpr int kMaxWindowBits = 12;
  static constexpr int kMaxBits = kMaxWindowBits + kMaxValueBits;  // that an entry passes over
  static constexpr int kAdvanceShift = 6;
  static constexpr int kEndsBlock = 512;  // more than 12 symbols can advance
  // It advances 64 from any k > 0 and so never looks like a block that ended well.
  static constexpr uint16_t kNoSymbol = kBlockSize << kAdvanceShift;

  // How many bits pay for themselves when so many bytes are walked over (measured: a table of 12
  // bits takes 7 us to make and passes 0.3 bytes a nanosecond).
  static int worthwhile_bits(size_t bytes);

  void build(const HuffmanCode& code, int window_bits) {
    window_bits_ = window_bits;
    build_walk_chains(chains_.data(), code, window_bits);
  }
  int window_bits() const { return window_bits_; }
  const uint16_t* entries() const { return chains_.data() + (1 << window_bits_); }

 private:
  int window_bits_ = 0;
  // chains_[(1 << m) + bits]: the entry when only the m bits `bits` are known; 0 for no symbol but
  // where m is window_bits_.
  std::array<uint16_t, 2 << kMaxWindowBits> chains_;
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
