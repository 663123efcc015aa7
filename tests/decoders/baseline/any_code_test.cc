// Pictures written with Huffman codes made at random, as no encoder chooses them: codes of up to 16
// bits, values of up to 11 bits, runs that pass over most of a block, ends of blocks by other
// names.
#include <gtest/gtest.h>

#include <algorithm>

#include "baseline_targets.h"
#include "bit_writer.h"
#include "made_code.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {
namespace {

// A code to write with.
struct Writing {
  struct Coded {
    unsigned code;
    int length;
    int symbol;
  };
  MadeCode made;
  std::vector<Coded> all;

  explicit Writing(MadeCode code) : made(std::move(code)) {
    unsigned next_code = 0;
    size_t next = 0;
    for (int length = 1; length <= 16; ++length, next_code <<= 1) {
      for (int i = 0; i < made.counts[length - 1]; ++i) {
        all.push_back({next_code++, length, made.symbols[next++]});
      }
    }
  }
};

class AnyCode : public OnEachTarget {
 protected:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  // One with which every block can be written.
  Writing make_writing(bool is_dc) {
    for (;;) {
      MadeCode made = random_code(random_, is_dc);
      if (made.symbols.empty()) continue;
      for (uint8_t& symbol : made.symbols) {
        if ((symbol & 15) > kMaxValueBits) symbol = static_cast<uint8_t>(symbol & 0xF7);
      }
      if (is_dc) {
        made.symbols[random_() % made.symbols.size()] = 0;
      } else {  // an end of the block, or what fills it
        made.symbols[random_() % made.symbols.size()] =
            static_cast<uint8_t>(below(4) == 0 ? 1 : below(15) << 4);
      }
      return Writing(made);
    }
  }

  void put_block(BitWriter& out, const Writing& dc, const Writing& ac, int& predictor) {
    for (;;) {
      const auto& coded = dc.all[random_() % dc.all.size()];
      const unsigned bits = coded.symbol == 0 ? 0 : random_() % (1U << coded.symbol);
      const int value = predictor + slow_extend(bits, coded.symbol);
      if (value < -1000 || value > 1000) continue;
      predictor = value;
      out.put(coded.code, coded.length);
      out.put(bits, coded.symbol);
      break;
    }
    for (int k = 1; k < kBlockSize;) {
      const auto& coded = ac.all[random_() % ac.all.size()];
      const AcSymbol symbol(coded.symbol);
      if (!symbol.ends_block && k + symbol.run >= kBlockSize) continue;
      if (symbol.ends_block && below(3) != 0 && ac.all.size() > 2) continue;
      out.put(coded.code, coded.length);
      out.put(static_cast<unsigned>(random_()) & ((1U << symbol.size) - 1), symbol.size);
      if (symbol.ends_block) break;
      k += symbol.run + 1;
    }
  }

  FileBytes make_picture(int width, int height, bool colour) {
    const int sampling = colour ? 2 : 1;
    const int mcu = 8 * sampling;
    const int count = (width + mcu - 1) / mcu * ((height + mcu - 1) / mcu);
    FileBytes file{0xFF, 0xD8};
    const auto append = [&](const FileBytes& more) {
      file = with_inserted(file, file.size(), more);
    };
    FileBytes quant(65, 1);
    quant[0] = 0;
    append(make_segment(0xDB, quant));
    FileBytes frame{8,
                    static_cast<uint8_t>(height >> 8),
                    static_cast<uint8_t>(height),
                    static_cast<uint8_t>(width >> 8),
                    static_cast<uint8_t>(width),
                    static_cast<uint8_t>(colour ? 3 : 1)};
    FileBytes scan{static_cast<uint8_t>(colour ? 3 : 1)};
    // Components take any of four tables for DC and for AC, which they may have in common.
    std::vector<Writing> dcs;
    std::vector<Writing> acs;
    for (int number = 0; number < 4; ++number) {
      dcs.push_back(make_writing(true));
      acs.push_back(make_writing(false));
      for (const auto* writing : {&dcs.back(), &acs.back()}) {
        FileBytes table(17 + writing->made.symbols.size());
        table[0] = static_cast<uint8_t>(number | (writing == &dcs.back() ? 0x00 : 0x10));
        std::copy(
            writing->made.symbols.begin(), writing->made.symbols.end(),
            std::copy(writing->made.counts.begin(), writing->made.counts.end(), table.begin() + 1));
        append(make_segment(0xC4, table));
      }
    }
    std::array<int, 3> dc_of{};
    std::array<int, 3> ac_of{};
    for (int c = 0; c < (colour ? 3 : 1); ++c) {
      dc_of[c] = below(4);
      ac_of[c] = below(4);
      for (const int byte : {c, c == 0 ? 0x11 * sampling : 0x11, 0}) {
        frame.push_back(static_cast<uint8_t>(byte));
      }
      for (const int byte : {c, dc_of[c] << 4 | ac_of[c]}) {
        scan.push_back(static_cast<uint8_t>(byte));
      }
    }
    append(make_segment(0xC0, frame));
    for (const uint8_t byte : {0, 63, 0}) scan.push_back(byte);
    append(make_segment(0xDA, scan));
    BitWriter out;
    std::array<int, 3> predictors{};
    for (int i = 0; i < count; ++i) {
      for (int b = 0; b < (colour ? 6 : 1); ++b) {
        const int c = std::max(0, b - 3);
        put_block(out, dcs[dc_of[c]], acs[ac_of[c]], predictors[c]);
      }
    }
    append(out.finish());
    append({0xFF, 0xD9});
    return file;
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
};

TEST_P(AnyCode, IsReadAsLibjpegReadsIt) {
  BaselineDecoder decoder;
  Image image;
  ByteBuffer index;
  for (int i = 0; i < 400; ++i) {
    const int width = 5 + below(i % 4 == 0 ? 300 : 60);
    const int height = 1 + below(70);
    SCOPED_TRACE(testing::Message() << "picture " << i);
    const auto file = make_picture(width, height, i % 2 == 0);
    const auto expected = decode_whole(file);
    ASSERT_TRUE(expected.has_value());
    ASSERT_EQ(decoder.make_index(index, file, i % 3), DecodeReason::kNone);
    for (int n = 0; n < 5; ++n) {
      const Region region =
          n == 0 ? Region{0, 0, width, height} : random_region(random_, width, height);
      IndexExchange exchange;
      if (n % 2 == 0) exchange.known = index.view();
      ASSERT_EQ(decoder.decode(image, file, region, &exchange).reason, DecodeReason::kNone);
      ASSERT_TRUE(holds(image, *expected, region));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, AnyCode, testing::ValuesIn(baseline_targets()), target_name);

}  // namespace
}  // namespace headrace
