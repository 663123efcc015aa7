#include "made_code.h"

#include <algorithm>

namespace headrace {

MadeCode random_code(std::mt19937& random, bool is_dc) {
  const auto below = [&](int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  };
  MadeCode code;
  // Nodes of the tree that no code has taken; one must stay, as no code may be all ones.
  int free = 1;
  int left = is_dc ? 1 + below(16) : 1 + below(256);
  const int habit = below(3);
  const int longest = habit == 0 ? 1 + below(16) : 16;
  for (int length = 1; length <= longest && left > 0; ++length) {
    free *= 2;
    int count = 0;
    if (habit == 1 && length < 16) {
      count = below(2) == 0 ? 0 : below(3);  // a long thin tree
    } else {
      count = length < 16 ? below(free) / (1 + below(4)) : free - 1;
    }
    count = std::min({count, left, free - 1, 255});
    code.counts[length - 1] = static_cast<uint8_t>(count);
    free -= count;
    left -= count;
    for (int i = 0; i < count; ++i) {
      int symbol = below(is_dc ? 16 : 256);
      if (is_dc && below(4) != 0) symbol = below(12);
      if (!is_dc && below(4) != 0) symbol = (symbol & 0xF0 & below(256)) | below(9);
      if (!is_dc && below(16) == 0) symbol = below(3) == 0 ? 0xF0 : below(16) << 4;
      code.symbols.push_back(static_cast<uint8_t>(symbol));
    }
  }
  return code;
}

SlowCode::SlowCode(const MadeCode& made) : symbol_of_(size_t{1} << 17, -1) {
  unsigned code = 0;
  size_t next = 0;
  for (unsigned length = 1; length <= 16; ++length) {
    for (int i = 0; i < made.counts[length - 1]; ++i) {
      symbol_of_[1U << length | code++] = made.symbols[next++];
    }
    code <<= 1;
  }
}

HuffmanCode::Match SlowCode::match(uint64_t bits, int count) const {
  unsigned code = 0;
  for (int length = 1; length <= std::min(count, 16); ++length) {
    code = code << 1 | static_cast<unsigned>(bits >> (64 - length) & 1);
    if (const int symbol = symbol_of_[1U << length | code]; symbol >= 0) return {length, symbol};
  }
  return {};
}

}  // namespace headrace
