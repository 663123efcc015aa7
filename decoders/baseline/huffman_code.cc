#include "headrace/decoders/baseline/huffman_code.h"

#include <algorithm>
#include <cstring>

namespace headrace {

bool HuffmanCode::set(const HuffmanSpec& spec, bool is_dc) {
  const auto count = static_cast<size_t>(spec.symbol_count);
  const bool same = spec.symbol_count == symbol_count_ &&
                    std::memcmp(spec.counts, counts_.data(), counts_.size()) == 0 &&
                    std::memcmp(spec.symbols, symbols_.data(), count) == 0;
  if (same) return valid_;
  symbol_count_ = spec.symbol_count;
  std::memcpy(counts_.data(), spec.counts, counts_.size());
  std::memcpy(symbols_.data(), spec.symbols, count);
  std::memset(symbols_.data() + count, 0, symbols_.size() - count);
  ++version_;
  valid_ = build(spec, is_dc);
  return valid_;
}

bool HuffmanCode::build(const HuffmanSpec& spec, bool is_dc) {
  if (is_dc && std::any_of(symbols_.begin(), symbols_.end(), [](int s) { return s > 15; })) {
    return false;
  }
  short_codes_.fill(0);
  uint32_t code = 0;
  int next = 0;
  for (int length = 1; length <= 16; ++length) {
    symbol_offset_[length] = next - static_cast<int>(code);
    for (int i = 0; i < spec.counts[length - 1]; ++i, ++code, ++next) {
      in_order_[next] = {static_cast<uint8_t>(length), symbols_[next]};
      if (length > kWindowBits || code >> length != 0) continue;
      const int spare = kWindowBits - length;
      std::fill_n(short_codes_.begin() + (code << spare), size_t{1} << spare,
                  static_cast<uint16_t>(symbols_[next] << 8 | length));
    }
    if (code >> length != 0) return false;
    end_[length] = code << (16 - length);
    code <<= 1;
  }
  return true;
}

HuffmanCode::Match HuffmanCode::match(uint32_t sixteen_bits) const {
  if (const int found = short_codes_[sixteen_bits >> (16 - kWindowBits)]; found != 0) {
    return {found & 0xFF, found >> 8};
  }
  for (int length = kWindowBits + 1; length <= 16; ++length) {
    if (sixteen_bits >= end_[length]) continue;
    const int place = static_cast<int>(sixteen_bits >> (16 - length)) + symbol_offset_[length];
    return {length, symbols_[place & 255]};
  }
  return {};
}

}  // namespace headrace
