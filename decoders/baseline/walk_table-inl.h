// Making the table to walk with: plain loops, which vector instructions make faster.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_WALK_TABLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_WALK_TABLE_INL_H_
#undef HEADRACE_DECODERS_WALK_TABLE_INL_H_
#else
#define HEADRACE_DECODERS_WALK_TABLE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "headrace/decoders/baseline/walk_table.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

inline void build_walk_chains(uint16_t* chains, const HuffmanCode& code, int window_bits) {
  constexpr int kShift = AcWalkTable::kAdvanceShift;
  chains[0] = chains[1] = 0;
  for (int known = 1; known <= window_bits; ++known) {
    uint16_t* out = chains + (1 << known);
    uint16_t* const end = out + (1 << known);
    // Codes in order are windows in order.
    for (const HuffmanCode::Coded& coded : code.in_order()) {
      if (coded.length > known) break;
      const AcSymbol symbol(coded.symbol);
      uint16_t* const next = out + (1 << (known - coded.length));
      const int total = coded.length + symbol.size;
      if (symbol.ends_block) {
        std::fill(out, next,
                  static_cast<uint16_t>(AcWalkTable::kEndsBlock << kShift | coded.length));
      } else if (symbol.size > kMaxValueBits) {
        std::fill(out, next, uint16_t{0});
      } else {
        const auto first = static_cast<uint16_t>((symbol.run + 1) << kShift | total);
        if (total >= known) {
          std::fill(out, next, first);
        } else {
          // What follows depends on the bits behind the value alone: the same for every value.
          const int rest_size = 1 << (known - total);
          const uint16_t* const rest = chains + rest_size;
          for (int i = 0; i < rest_size; ++i) out[i] = static_cast<uint16_t>(first + rest[i]);
          for (int made = rest_size; made < next - out; made *= 2) {
            std::copy_n(out, made, out + made);
          }
        }
      }
      out = next;
    }
    std::fill(out, end, uint16_t{0});
  }
  // Written so that compilers make vectors of it.
  for (int i = 1 << window_bits; i < 2 << window_bits; ++i) {
    const auto nothing = static_cast<uint16_t>(-(chains[i] == 0));
    chains[i] = static_cast<uint16_t>(chains[i] | (nothing & AcWalkTable::kNoSymbol));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
