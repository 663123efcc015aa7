#include "headrace/decoders/baseline/huffman_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include "jpeg_maker.h"
#include "jpeg_segments.h"
#include "made_code.h"

namespace headrace {
namespace {

struct Failure {
  jpeg_error_mgr errors;
  std::jmp_buf jump;
};

// Whether libjpeg begins to decode a grey picture with these tables, or refuses one of them.
bool libjpeg_takes(const FileBytes& file) {
  jpeg_decompress_struct libjpeg{};
  Failure failure{};
  libjpeg.err = jpeg_std_error(&failure.errors);
  failure.errors.emit_message = [](j_common_ptr, int) {};
  failure.errors.error_exit = [](j_common_ptr common) {
    std::longjmp(reinterpret_cast<Failure*>(common->err)->jump, 1);
  };
  bool takes = false;
  if (setjmp(failure.jump) == 0) {
    jpeg_create_decompress(&libjpeg);
    jpeg_mem_src(&libjpeg, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&libjpeg, TRUE);
    jpeg_start_decompress(&libjpeg);
    takes = true;
  } else {
    EXPECT_EQ(failure.errors.msg_code, JERR_BAD_HUFF_TABLE);
  }
  jpeg_destroy_decompress(&libjpeg);
  return takes;
}

FileBytes table_segment(const MadeCode& code, bool is_dc) {
  FileBytes content(1 + code.counts.size() + code.symbols.size());
  content[0] = is_dc ? 0x00 : 0x10;
  std::copy(code.symbols.begin(), code.symbols.end(),
            std::copy(code.counts.begin(), code.counts.end(), content.begin() + 1));
  return make_segment(0xC4, content);
}

TEST(HuffmanCode, FindsWhatIsFoundBitByBit) {
  std::mt19937 random(1);
  HuffmanCode code;
  for (int i = 0; i < 60; ++i) {
    const MadeCode made = random_code(random, i % 3 == 0);
    ASSERT_TRUE(code.set(made.spec(), i % 3 == 0));
    const SlowCode slow(made);
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      const HuffmanCode::Match expected = slow.match(uint64_t{bits} << 48, 16);
      const HuffmanCode::Match match = code.match(bits);
      ASSERT_EQ(match.length, expected.length) << "code " << i << ", bits " << bits;
      ASSERT_TRUE(match.length == 0 || match.symbol == expected.symbol)
          << "code " << i << ", bits " << bits;
    }
    for (uint32_t window = 0; window < kWindowSize; ++window) {
      const HuffmanCode::Match expected =
          slow.match(uint64_t{window} << (64 - kWindowBits), kWindowBits);
      const int entry = expected.length == 0 ? 0 : expected.symbol << 8 | expected.length;
      ASSERT_EQ(code.short_codes()[window], entry) << "code " << i << ", window " << window;
    }
    ASSERT_EQ(code.in_order().size(), made.symbols.size());
    size_t next = 0;
    for (int length = 1; length <= 16; ++length) {
      for (int n = 0; n < made.counts[length - 1]; ++n, ++next) {
        ASSERT_EQ(code.in_order()[next].length, length);
        ASSERT_EQ(code.in_order()[next].symbol, made.symbols[next]);
      }
    }
  }
}

// Any table: libjpeg is asked.
TEST(HuffmanCode, RefusesWhatLibjpegRefuses) {
  const auto file = make_jpeg({.width = 8, .height = 8, .components = 1});
  std::mt19937 random(2);
  const auto below = [&](int bound) { return static_cast<int>(random() % bound); };
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    const bool is_dc = i % 2 == 0;
    MadeCode made = random_code(random, is_dc);
    for (int n = below(4); n > 0; --n) {
      uint8_t& count = made.counts[below(16)];
      const int more = below(3) == 0 ? below(40) : below(3);
      if (made.symbols.size() + more > 256 || count + more > 255) continue;
      count = static_cast<uint8_t>(count + more);
      for (int s = 0; s < more; ++s) made.symbols.push_back(static_cast<uint8_t>(below(16)));
    }
    if (!made.symbols.empty() && below(10) == 0) {
      made.symbols[below(static_cast<int>(made.symbols.size()))] =
          static_cast<uint8_t>(12 + below(8));
    }
    HuffmanCode code;
    const bool takes = code.set(made.spec(), is_dc);
    ASSERT_EQ(takes, libjpeg_takes(with_inserted(file, segment_of(file, 0xDA).begin,
                                                 table_segment(made, is_dc))))
        << i;
    refused += takes ? 0 : 1;
  }
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 2500);
}

TEST(HuffmanCode, RefusesCodesOfOnes) {
  HuffmanCode code;
  const auto takes = [&](const MadeCode& made) { return code.set(made.spec(), true); };
  EXPECT_TRUE(takes({{1}, {0}}));
  EXPECT_FALSE(takes({{2}, {0, 1}}));
  EXPECT_TRUE(takes({{1, 1}, {0, 1}}));
  EXPECT_FALSE(takes({{1, 2}, {0, 1, 2}}));
  EXPECT_FALSE(takes({{1, 3}, {0, 1, 2, 3}}));  // more than fit
  MadeCode thin;                                // 16 codes, the last all ones
  thin.counts.fill(1);
  thin.symbols = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  EXPECT_TRUE(takes(thin));
  thin.counts[15] = 2;
  thin.symbols.push_back(0);
  EXPECT_FALSE(takes(thin));
}

TEST(HuffmanCode, RefusesDcSymbolsOfMoreThan15Bits) {
  HuffmanCode dc;
  HuffmanCode ac;
  EXPECT_TRUE(dc.set(MadeCode{{1}, {15}}.spec(), true));
  EXPECT_FALSE(dc.set(MadeCode{{1}, {16}}.spec(), true));
  EXPECT_TRUE(ac.set(MadeCode{{1}, {16}}.spec(), false));
}

TEST(HuffmanCode, ItsVersionChangesWithTheCode) {
  HuffmanCode code;
  const MadeCode a{{0, 2}, {3, 4}};
  const MadeCode b{{0, 2}, {3, 5}};  // other symbols
  const MadeCode c{{0, 1, 1}, {3, 5}};
  const MadeCode d{{0, 2, 1}, {3, 4, 0}};  // begins as a does
  const MadeCode broken{{2}, {3, 4}};
  ASSERT_TRUE(code.set(a.spec(), true));
  uint64_t version = code.version();
  EXPECT_NE(version, 0U);
  const MadeCode same = a;  // NOLINT: at another address
  ASSERT_TRUE(code.set(same.spec(), true));
  EXPECT_EQ(code.version(), version);
  for (const MadeCode& next : {b, c, d, a}) {
    ASSERT_TRUE(code.set(next.spec(), true));
    EXPECT_NE(code.version(), version);
    version = code.version();
    EXPECT_EQ(code.match(0).symbol, next.symbols[0]);
    EXPECT_EQ(code.in_order().size(), next.symbols.size());
  }
  EXPECT_FALSE(code.set(broken.spec(), true));
  EXPECT_FALSE(code.set(broken.spec(), true));  // also when asked again
  EXPECT_TRUE(code.set(a.spec(), true));
  EXPECT_EQ(code.match(0x4000).symbol, 4);
}

}  // namespace
}  // namespace headrace
