// Huffman tables made at random, and the slow, obvious way to read with them.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "headrace/decoders/baseline/huffman_code.h"

namespace headrace {

// A table as a DHT segment has it, with its bytes.
struct MadeCode {
  std::array<uint8_t, 16> counts{};
  std::vector<uint8_t> symbols;

  // Never with a null pointer, as in a picture.
  HuffmanSpec spec() const {
    return {counts.data(), symbols.empty() ? counts.data() : symbols.data(),
            static_cast<int>(symbols.size())};
  }
};

// A valid code: short and long codes, complete but for the code of ones, or with gaps. DC symbols
// are below 16; AC symbols are any, mostly those that encoders use.
MadeCode random_code(std::mt19937& random, bool is_dc);

// The codes of T.81, annex C, in a list that is searched bit by bit.
class SlowCode {
 public:
  explicit SlowCode(const MadeCode& made);

  // What the `count` highest of 64 bits begin with; length 0: no code within these.
  HuffmanCode::Match match(uint64_t bits, int count) const;

 private:
  std::vector<int> symbol_of_;  // by 1 << length | code; -1: no code
};

// T.81, figure F.12.
inline int slow_extend(uint64_t bits, int size) {
  const auto value = static_cast<int>(bits);
  return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

// `count` bits of 64 from `from` on, counted from the top.
inline uint64_t bits_at(uint64_t word, int from, int count) {
  return count == 0 ? 0 : word << from >> (64 - count);
}

}  // namespace headrace
