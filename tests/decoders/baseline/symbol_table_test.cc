#include "headrace/decoders/baseline/symbol_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "made_code.h"

namespace headrace {
namespace {

constexpr int kShorts = 3 * kBlockSize;

// A block's coefficients in the making, and where the bits and the block have come to.
struct Progress {
  int at = 0;  // coefficient, counted through the blocks
  int bits = 0;
  std::array<int16_t, kShorts> coefficients{};

  bool operator==(const Progress&) const = default;
};

// One symbol, taken bit by bit. False where there is none that counts as one, or none in the
// window.
bool slow_step(Progress& progress, const SlowCode& code, bool is_dc, uint64_t stream, int shown) {
  const HuffmanCode::Match match = code.match(stream << progress.bits, shown);
  if (match.length == 0) return false;
  const AcSymbol ac(match.symbol);
  const int size = is_dc ? match.symbol : ac.size;
  if (size > kMaxValueBits) return false;
  const int value = slow_extend(bits_at(stream, progress.bits + match.length, size), size);
  progress.bits += match.length + size;
  if (!is_dc && ac.ends_block) {
    progress.at = (progress.at / kBlockSize + 1) * kBlockSize;
    return true;
  }
  if (!is_dc) progress.at += ac.run;
  progress.coefficients[progress.at++] = static_cast<int16_t>(value);
  return true;
}

// As symbol_table.h says an entry is to be read.
Progress follow(const SymbolEntry& entry, Progress progress, uint64_t stream,
                const int16_t* values) {
  auto* const memory = reinterpret_cast<uint8_t*>(progress.coefficients.data());
  int at = 2 * progress.at;
  const uint64_t window = stream << progress.bits;
  const int count = entry.value_bits >> 8;
  const uint64_t bits =
      count == 0 ? 0 : window >> (entry.value_bits & 0xFF) & ((uint64_t{1} << count) - 1);
  const int16_t first = entry.first_value;  // NOLINT: it has a sign
  std::memcpy(memory + at + entry.first_end - 2, &first, 2);
  std::memcpy(memory + at + entry.advance - 2, values + entry.value_base + static_cast<int>(bits),
              2);
  at += entry.advance;
  if (entry.value_base == -1) at = (at + 127) / 128 * 128;
  progress.at = at / 2;
  progress.bits += entry.bits;
  return progress;
}

struct Tables {
  HuffmanCode dc;
  HuffmanCode ac;
  SymbolTable symbols;
};

class SymbolTables : public testing::Test {
 protected:
  SymbolTables() : memory_(SymbolValues::kSize), values_(memory_.data() + SymbolValues::kFront) {
    SymbolValues::fill(memory_.data());
  }

  std::vector<int16_t> memory_;
  const int16_t* const values_;
  // Aligned more than operator new gives without asking.
  std::unique_ptr<Tables> tables_ = std::make_unique<Tables>();
};

TEST_F(SymbolTables, ValuesAreThoseOfTheStandard) {
  EXPECT_EQ(values_[-1], 0);
  EXPECT_EQ(values_[0], 0);
  for (int size = 1; size <= kMaxValueBits; ++size) {
    for (int bits = 0; bits < 1 << size; ++bits) {
      EXPECT_EQ(values_[(1 << size) - 1 + bits], slow_extend(static_cast<uint64_t>(bits), size));
    }
  }
}

// Every window, with random bits behind it: the entry does what one or two symbols do. (How often
// it is two decides the speed, not the pixels.)
TEST_F(SymbolTables, EntriesDoWhatSymbolsDoBitByBit) {
  std::mt19937_64 bits(7);
  std::mt19937 random(7);
  int pairs = 0;
  int blocks_ended = 0;
  for (int i = 0; i < 150; ++i) {
    const MadeCode made_dc = random_code(random, true);
    const MadeCode made_ac = random_code(random, false);
    ASSERT_TRUE(tables_->dc.set(made_dc.spec(), true));
    ASSERT_TRUE(tables_->ac.set(made_ac.spec(), false));
    const SlowCode dc(made_dc);
    const SlowCode ac(made_ac);
    tables_->symbols.build(tables_->dc, tables_->ac);
    for (int number = 0; number < 2 * kWindowSize; ++number) {
      const bool is_dc = number < kWindowSize;
      const SymbolEntry& entry = tables_->symbols.entries()[number];
      const uint64_t stream =
          static_cast<uint64_t>(number % kWindowSize) << (64 - kWindowBits) | bits() >> kWindowBits;
      Progress begin;
      begin.at = is_dc ? kBlockSize : kBlockSize + 1 + static_cast<int>(random() % 20);
      Progress one = begin;
      SCOPED_TRACE(testing::Message() << "code " << i << ", entry " << number);
      if (!slow_step(one, is_dc ? dc : ac, is_dc, stream, kWindowBits) ||
          one.bits > kMaxEntryBits) {
        EXPECT_EQ(std::memcmp(&entry, &kNoSymbol, sizeof entry), 0);
        continue;
      }
      ASSERT_LE(entry.bits, kMaxEntryBits);
      if (2 * (begin.at % kBlockSize) + entry.advance > 128) continue;  // not to be followed
      const Progress end = follow(entry, begin, stream, values_);
      if (entry.bits == one.bits) {
        ASSERT_EQ(end, one);
      } else {
        Progress two = one;
        ASSERT_EQ(one.at / kBlockSize, 1);
        ASSERT_TRUE(slow_step(two, ac, false, stream, kWindowBits - one.bits));
        ASSERT_EQ(end, two);
        ++pairs;
      }
      blocks_ended += entry.value_base == -1 ? 1 : 0;
    }
  }
  EXPECT_GT(pairs, 30'000);
  EXPECT_GT(blocks_ended, 3'000);
}

// The speed hangs on it.
TEST_F(SymbolTables, EntriesHoldTwoSymbolsWhereTheyCan) {
  // Codes 0, 10, 110, 1110: a 1 behind no zeros, end of block, 16 zeros, a value of 8 bits.
  const MadeCode ac{{1, 1, 1, 1}, {0x01, 0x00, 0xF0, 0x08}};
  ASSERT_TRUE(tables_->dc.set(MadeCode{{1, 1}, {0, 3}}.spec(), true));
  ASSERT_TRUE(tables_->ac.set(ac.spec(), false));
  tables_->symbols.build(tables_->dc, tables_->ac);
  const auto bits_of = [&](bool is_dc, int window) {
    return tables_->symbols.entries()[(is_dc ? 0 : kWindowSize) + window].bits;
  };
  EXPECT_EQ(bits_of(false, 0b0010000000), 2 + 2);   // 1, 1
  EXPECT_EQ(bits_of(false, 0b0010111111), 2 + 2);   // the same: no third
  EXPECT_EQ(bits_of(false, 0b0110000000), 2 + 2);   // 1, end
  EXPECT_EQ(bits_of(false, 0b1000000000), 2);       // end
  EXPECT_EQ(bits_of(false, 0b0011101111), 2 + 12);  // 1, eight bits partly beyond the window
  EXPECT_EQ(bits_of(false, 0b1110111111), 12);      // eight bits
  EXPECT_EQ(bits_of(false, 0b1100111011), 3 + 2);   // 16 zeros, 1
  EXPECT_EQ(bits_of(true, 0b0111011111), 1 + 12);   // DC 0, eight bits
  EXPECT_EQ(bits_of(true, 0b1010110000), 5 + 2);    // DC of three bits, end
}

TEST(NoSymbols, HoldsNone) {
  for (int i = 0; i < kWindowSize; ++i) {
    EXPECT_EQ(std::memcmp(no_symbols() + i, &kNoSymbol, sizeof kNoSymbol), 0);
  }
}

TEST(SymbolTable, IsAlignedToItsSize) {
  const auto table = std::make_unique<SymbolTable>();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(table->entries()) % (2 * SymbolTable::kInsideBlock), 0U);
}

}  // namespace
}  // namespace headrace
