#include "headrace/decoders/baseline/walk_table.h"

#include <gtest/gtest.h>

#include <memory>

#include "made_code.h"

namespace headrace {
namespace {

// As many whole symbols as have their codes in the window, one after another.
int slow_ac_entry(const SlowCode& code, uint64_t window, int shown) {
  const uint64_t bits = window << (64 - shown);
  int at = 0;
  int advance = 0;
  while (at < shown) {
    const HuffmanCode::Match match = code.match(bits << at, shown - at);
    const AcSymbol symbol(match.symbol);
    if (match.length == 0 || symbol.size > kMaxValueBits) break;
    at += match.length + symbol.size;
    if (symbol.ends_block) {
      advance += AcWalkTable::kEndsBlock;
      break;
    }
    advance += symbol.run + 1;
  }
  if (at == 0) return AcWalkTable::kNoSymbol;
  return advance << AcWalkTable::kAdvanceShift | at;
}

TEST(AcSymbol, EndsTheBlockUnlessItIsTheRunOfSixteen) {
  EXPECT_TRUE(AcSymbol(0x00).ends_block);
  EXPECT_TRUE(AcSymbol(0x10).ends_block);  // as libjpeg reads it
  EXPECT_TRUE(AcSymbol(0xE0).ends_block);
  EXPECT_FALSE(AcSymbol(0xF0).ends_block);
  EXPECT_FALSE(AcSymbol(0x01).ends_block);
  EXPECT_EQ(AcSymbol(0xF0).run, 15);
  EXPECT_EQ(AcSymbol(0x5A).run, 5);
  EXPECT_EQ(AcSymbol(0x5A).size, 10);
}

TEST(AcWalkTable, LeadsOverTheSymbolsThatAreFoundBitByBit) {
  std::mt19937 random(3);
  const auto table = std::make_unique<AcWalkTable>();
  HuffmanCode code;
  for (int i = 0; i < 200; ++i) {
    const MadeCode made = random_code(random, false);
    ASSERT_TRUE(code.set(made.spec(), false));
    const SlowCode slow(made);
    const int shown = 1 + i % AcWalkTable::kMaxWindowBits;
    table->build(code, shown);
    ASSERT_EQ(table->window_bits(), shown);
    for (int window = 0; window < 1 << shown; ++window) {
      ASSERT_EQ(table->entries()[window], slow_ac_entry(slow, window, shown))
          << "code " << i << ", window " << window << " of " << shown << " bits";
    }
  }
}

// What walking relies on.
TEST(AcWalkTable, EntriesCanBeAddedUp) {
  std::mt19937 random(4);
  const auto table = std::make_unique<AcWalkTable>();
  HuffmanCode code;
  // The farthest that symbols can advance: a code of one bit for the run of 16 zeros.
  ASSERT_TRUE(code.set(MadeCode{{1, 1}, {0xF0, 0xF0}}.spec(), false));
  table->build(code, AcWalkTable::kMaxWindowBits);
  for (int window = 0; window < 1 << AcWalkTable::kMaxWindowBits; ++window) {
    EXPECT_LT(table->entries()[window] >> AcWalkTable::kAdvanceShift, AcWalkTable::kEndsBlock);
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(code.set(random_code(random, false).spec(), false));
    table->build(code, AcWalkTable::kMaxWindowBits);
    for (int window = 0; window < 1 << AcWalkTable::kMaxWindowBits; ++window) {
      ASSERT_LE(table->entries()[window] & 63, AcWalkTable::kMaxBits);
    }
  }
}

TEST(DcWalkTable, LeadsOverTheSymbolThatIsFoundBitByBit) {
  std::mt19937 random(5);
  HuffmanCode code;
  DcWalkTable table;
  for (int i = 0; i < 200; ++i) {
    const MadeCode made = random_code(random, true);
    ASSERT_TRUE(code.set(made.spec(), true));
    const SlowCode slow(made);
    table.build(code);
    for (uint64_t window = 0; window < kWindowSize; ++window) {
      const HuffmanCode::Match match = slow.match(window << (64 - kWindowBits), kWindowBits);
      const bool usable = match.length != 0 && match.symbol <= kMaxValueBits;
      ASSERT_EQ(table.entries()[window],
                usable ? match.length << 8 | (match.length + match.symbol) : 0)
          << "code " << i << ", window " << window;
    }
  }
}

TEST(ExtendValue, IsThatOfTheStandard) {
  std::mt19937_64 random(6);
  for (int size = 0; size <= kMaxValueBits; ++size) {
    for (uint64_t bits = 0; bits < uint64_t{1} << size; ++bits) {
      // Whatever follows them.
      const uint64_t behind = random() >> size;
      const uint64_t aligned = size == 0 ? behind : bits << (64 - size) | behind;
      ASSERT_EQ(extend_value(aligned, size), slow_extend(bits, size)) << size << ' ' << bits;
    }
  }
}

}  // namespace
}  // namespace headrace
