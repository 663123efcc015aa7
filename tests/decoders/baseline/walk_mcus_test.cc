#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "baseline_targets.h"
#include "headrace/decoders/baseline/scan_position.h"
#include "made_code.h"

namespace headrace {
namespace {

constexpr int kComponents = 3;

// One component's codes, as fast and as slow tables.
struct Codes {
  Codes(const MadeCode& made_dc, const MadeCode& made_ac) : slow_dc(made_dc), slow_ac(made_ac) {
    EXPECT_TRUE(dc.set(made_dc.spec(), true));
    EXPECT_TRUE(ac.set(made_ac.spec(), false));
    dc_walk.build(dc);
    ac_walk.build(ac, AcWalkTable::kMaxWindowBits);
  }

  HuffmanCode dc;
  HuffmanCode ac;
  DcWalkTable dc_walk;
  AcWalkTable ac_walk;
  SlowCode slow_dc;
  SlowCode slow_ac;
};

class SlowWalker {
 public:
  explicit SlowWalker(const std::vector<uint8_t>& bytes) : bytes_(bytes) {}

  // Any position on the way may be looked at.
  ScanPosition position;

  bool walk_block(int component, const Codes& codes) {
    const auto dc = take(codes.slow_dc);
    if (dc.length == 0 || dc.symbol > kMaxValueBits) return false;
    position.dc[component] += slow_extend(take_bits(dc.symbol), dc.symbol);
    int k = 1;
    while (k < kBlockSize) {
      const auto match = take(codes.slow_ac);
      const AcSymbol symbol(match.symbol);
      if (match.length == 0 || symbol.size > kMaxValueBits) return false;
      take_bits(symbol.size);
      if (symbol.ends_block) return true;
      k += symbol.run + 1;
    }
    return k == kBlockSize;
  }

 private:
  uint64_t peek(int count) const {
    uint64_t bits = 0;
    for (uint64_t bit = position.bit; bit < position.bit + count; ++bit) {
      bits = bits << 1 | (bytes_[bit / 8] >> (7 - bit % 8) & 1);
    }
    return bits;
  }
  uint64_t take_bits(int count) {
    const uint64_t bits = peek(count);
    position.bit += count;
    return bits;
  }
  HuffmanCode::Match take(const SlowCode& code) {
    const auto match = code.match(peek(16) << 48, 16);
    position.bit += match.length;
    return match;
  }

  const std::vector<uint8_t>& bytes_;
};

class WalkMcus : public OnEachTarget {};

// Random bits, read by random codes: the same MCUs are whole, and end at the same places.
TEST_P(WalkMcus, GoesWhereGoingBitByBitLeads) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const auto below = [&](int bound) {
    return static_cast<int>(random() % static_cast<unsigned>(bound));
  };
  int walked = 0;
  int outcomes[3] = {};
  for (int i = 0; i < 600; ++i) {
    std::vector<std::unique_ptr<Codes>> codes;
    for (int c = 0; c < kComponents; ++c) {
      codes.push_back(
          std::make_unique<Codes>(random_code(random, true), random_code(random, false)));
    }
    McuWalk walk;
    walk.ac_window_bits = AcWalkTable::kMaxWindowBits;
    walk.count = 1 + below(kMaxBlocksPerMcu);
    for (int b = 0; b < walk.count; ++b) {
      const int c = below(kComponents);
      walk.blocks[b] = {c, codes[c]->dc_walk.entries(), codes[c]->ac_walk.entries(), &codes[c]->dc,
                        &codes[c]->ac};
    }
    for (int n = 0; n < 40; ++n) {
      const uint64_t limit = 1 + below(400);
      std::vector<uint8_t> bytes(limit + kMaxMcuBytes + 16);
      // Codes begin with zeros: with more of them in the bytes, more of the bits are codes.
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random() & random());
      SlowWalker slow(bytes);
      slow.position.bit = below(100);
      slow.position.dc = {below(4000) - 2000, 7, -9};
      ScanPosition position = slow.position;
      const int count = 1 + below(30);
      int expected_left = count;
      auto expected = WalkOutcome::kDone;
      ScanPosition whole = slow.position;
      for (; expected_left > 0 && expected == WalkOutcome::kDone; --expected_left) {
        whole = slow.position;
        if (whole.bit / 8 >= limit) {
          expected = WalkOutcome::kNeedsBytes;
          break;
        }
        for (int b = 0; b < walk.count && expected == WalkOutcome::kDone; ++b) {
          const int c = walk.blocks[b].component;
          if (!slow.walk_block(c, *codes[c])) expected = WalkOutcome::kIrregular;
        }
        if (expected != WalkOutcome::kDone) break;
        whole = slow.position;
        ++walked;
      }
      int left = count;
      const WalkOutcome outcome = walk_mcus(position, left, walk, bytes.data(), limit);
      SCOPED_TRACE(testing::Message() << "codes " << i << ", bytes " << n);
      ASSERT_EQ(outcome, expected);
      ASSERT_EQ(left, expected_left);
      ASSERT_EQ(position, whole);
      ++outcomes[static_cast<int>(outcome)];
    }
  }
  EXPECT_GT(walked, 2000);
  for (const int count : outcomes) EXPECT_GT(count, 30);
}

INSTANTIATE_TEST_SUITE_P(Targets, WalkMcus, testing::ValuesIn(baseline_targets()), target_name);

}  // namespace
}  // namespace headrace
