// Walking over MCUs: positions and DC predictors only.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_WALK_MCUS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_WALK_MCUS_INL_H_
#undef HEADRACE_DECODERS_WALK_MCUS_INL_H_
#else
#define HEADRACE_DECODERS_WALK_MCUS_INL_H_
#endif

#include <hwy/highway.h>

#include <array>
#include <cstring>

#include "headrace/decoders/baseline/scan_position.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

// The next bits, at the top of a register. After refill() there are at least 56.
class BitReader {
 public:
  BitReader(const uint8_t* bytes, uint64_t bit) : next_(bytes + bit / 8) {
    bits_ = load() << (bit % 8);
    next_ += 7;
    count_ = 56 - static_cast<int>(bit % 8);
  }

  HWY_INLINE void refill() {
    // Bits below count_ are or-ed in again: they are the same.
    bits_ |= load() >> count_;
    next_ += (63 - count_) >> 3;
    count_ |= 56;
  }
  HWY_INLINE uint64_t bits() const { return bits_; }
  // The first bits but for so many.
  HWY_INLINE uint64_t without_last(int count) const { return bits_ >> count; }
  HWY_INLINE void skip(int count) {
    bits_ <<= count & 63;
    count_ -= count;
  }
  // Skips as many as the lowest 6 bits of `entry` say; shifts look at no others anyway.
  HWY_INLINE void skip_low6(unsigned entry) {
    bits_ <<= entry & 63;
    count_ -= static_cast<int>(entry & 63);
  }
  uint64_t position(const uint8_t* bytes) const {
    return static_cast<uint64_t>(next_ - bytes) * 8 - static_cast<uint64_t>(count_);
  }

 private:
  HWY_INLINE uint64_t load() const {
    uint64_t word;
    std::memcpy(&word, next_, sizeof word);
    return __builtin_bswap64(word);
  }

  uint64_t bits_;
  const uint8_t* next_;  // the first byte of which no bit is counted
  int count_;
};

// Where a table has no answer: the rest of a block, symbol by symbol, from coefficient k on.
inline HWY_NOINLINE bool walk_symbols(BitReader& reader, int k, const HuffmanCode& code) {
  while (k < kBlockSize) {
    reader.refill();
    const HuffmanCode::Match match = code.match(static_cast<uint32_t>(reader.bits() >> 48));
    const AcSymbol symbol(match.symbol);
    if (match.length == 0 || symbol.size > kMaxValueBits) return false;
    reader.skip(match.length + symbol.size);
    if (symbol.ends_block) return true;
    k += symbol.run + 1;
  }
  return k == kBlockSize;
}

inline HWY_NOINLINE bool walk_dc_symbol(BitReader& reader, int& dc, const HuffmanCode& code) {
  const HuffmanCode::Match match = code.match(static_cast<uint32_t>(reader.bits() >> 48));
  if (match.length == 0 || match.symbol > kMaxValueBits) return false;
  dc += extend_value(reader.bits() << match.length, match.symbol);
  reader.skip(match.length + match.symbol);
  return true;
}

HWY_INLINE bool walk_block(BitReader& reader, int& dc, const WalkBlock& block, int ac_shift) {
  reader.refill();
  if (const int entry = block.dc_entries[reader.without_last(64 - kWindowBits)];
      HWY_LIKELY(entry != 0)) {
    const int total = entry & 0xFF;
    const int length = entry >> 8;
    dc += extend_value(reader.bits() << length, total - length);
    reader.skip(total);
  } else {
    // On a copy: a reader whose address is given away cannot live in registers.
    BitReader copy = reader;
    if (!walk_dc_symbol(copy, dc, *block.dc_code)) return false;
    reader = copy;
  }
  constexpr int kShift = AcWalkTable::kAdvanceShift;
  const uint16_t* const entries = block.ac_entries;
  unsigned k = 1;
  unsigned entry;
  for (;;) {
    reader.refill();
    entry = entries[reader.without_last(ac_shift)];
    k += entry >> kShift;
    if (k >= kBlockSize) break;
    reader.skip_low6(entry);
    entry = entries[reader.without_last(ac_shift)];
    k += entry >> kShift;
    if (k >= kBlockSize) break;
    reader.skip_low6(entry);
  }
  // Ended well: by an end-of-block symbol before the 64th coefficient, or with that one.
  if (HWY_LIKELY(k - AcWalkTable::kEndsBlock < kBlockSize || k == kBlockSize)) {
    reader.skip_low6(entry);
    return true;
  }
  BitReader copy = reader;
  const bool whole = walk_symbols(copy, static_cast<int>(k - (entry >> kShift)), *block.ac_code);
  reader = copy;
  return whole;
}

inline WalkOutcome walk_mcus(ScanPosition& position, int& mcus, const McuWalk& walk,
                             const uint8_t* bytes, uint64_t limit) {
  BitReader reader(bytes, position.bit);
  WalkOutcome outcome = WalkOutcome::kDone;
  std::array<int, kMaxComponents> dc = position.dc;
  const int ac_shift = 64 - walk.ac_window_bits;
  int left = mcus;
  for (; left > 0; --left) {
    const uint64_t bit = reader.position(bytes);
    if (HWY_UNLIKELY(bit / 8 >= limit)) {
      outcome = WalkOutcome::kNeedsBytes;
      break;
    }
    const std::array<int, kMaxComponents> before = dc;
    for (int i = 0; i < walk.count; ++i) {
      const WalkBlock& block = walk.blocks[i];
      if (HWY_UNLIKELY(!walk_block(reader, dc[block.component], block, ac_shift))) {
        position = {bit, before};
        mcus = left;
        return WalkOutcome::kIrregular;
      }
    }
  }
  position = {reader.position(bytes), dc};
  mcus = left;
  return outcome;
}

}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
