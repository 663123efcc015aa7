// Which pictures are ours.
#include "headrace/decoders/baseline/jpeg_frame.h"

#include <gtest/gtest.h>

#include <string_view>

#include "header_edits.h"

namespace headrace {
namespace {

FileBytes adobe(int transform) {
  return make_segment(
      0xEE, {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, static_cast<uint8_t>(transform)});
}

TEST(JpegFrame, TellsWhatTheHeaderSays) {
  const auto file = make_jpeg(
      {.width = 75, .height = 50, .h_sampling = 2, .v_sampling = 2, .restart_interval = 3});
  JpegFrame frame;
  ASSERT_EQ(parse_jpeg_frame(frame, file), DecodeReason::kNone);
  EXPECT_EQ(frame.width, 75);
  EXPECT_EQ(frame.height, 50);
  EXPECT_EQ(frame.component_count, 3);
  EXPECT_EQ(frame.h_max, 2);
  EXPECT_EQ(frame.v_max, 2);
  EXPECT_EQ(frame.mcu_width, 16);
  EXPECT_EQ(frame.mcu_height, 16);
  EXPECT_EQ(frame.mcus_per_row, 5);
  EXPECT_EQ(frame.mcu_rows, 4);
  EXPECT_EQ(frame.blocks_per_mcu, 6);
  EXPECT_EQ(frame.rows_read_together, 1);
  EXPECT_EQ(frame.restart_interval, 3);
  EXPECT_EQ(frame.components[0].width, 75);
  EXPECT_EQ(frame.components[1].width, 38);
  EXPECT_EQ(frame.components[1].height, 25);
  EXPECT_EQ(frame.components[2].quant_table, 1);
  EXPECT_EQ(frame.components[2].dc_table, 1);
  EXPECT_EQ(frame.components[2].ac_table, 1);
  EXPECT_EQ(frame.scan_begin, scan_begin_of(file));
  EXPECT_EQ(frame.ac_specs[1].symbol_count, 162);
}

TEST(JpegFrame, ItsPlacesOfCoefficientsAreTheZigzag) {
  int row = 0;
  int column = 0;
  for (int k = 0; k < kBlockSize; ++k) {
    EXPECT_EQ(kZigzag[k], row * 8 + column) << k;
    const bool up = (row + column) % 2 == 0;
    if (up && column == 7) {
      ++row;
    } else if (!up && row == 7) {
      ++column;
    } else if (up) {
      column += 1;
      row -= row > 0 ? 1 : 0;
    } else {
      row += 1;
      column -= column > 0 ? 1 : 0;
    }
  }
}

TEST(JpegFrame, TakesTheKindsThatAreOurs) {
  for (const int h : {1, 2}) {
    for (const int v : {1, 2}) {
      for (const int components : {1, 3}) {
        JpegFrame frame;
        const JpegSpec spec{.components = components, .h_sampling = h, .v_sampling = v};
        const auto file = make_jpeg(spec);
        ASSERT_EQ(parse_jpeg_frame(frame, file), DecodeReason::kNone) << describe(spec);
        EXPECT_EQ(frame.h_max, components == 1 ? 1 : h);
        EXPECT_EQ(frame.rows_read_together, components == 1 ? v : 1);
        EXPECT_EQ(frame.blocks_per_mcu, components == 1 ? 1 : h * v + 2);
      }
    }
  }
  EXPECT_EQ(reason_of(make_jpeg({.optimised = true, .orientation = 6})), DecodeReason::kNone);
  auto extended = make_jpeg({});
  extended[segment_of(extended, kSof0).begin + 1] = 0xC1;
  EXPECT_EQ(reason_of(extended), DecodeReason::kNone);
}

TEST(JpegFrame, LeavesOtherFramesToLibjpeg) {
  EXPECT_EQ(reason_of(make_jpeg({.progressive = true})), DecodeReason::kProgressive);
  EXPECT_EQ(reason_of(make_jpeg({.arithmetic = true})), DecodeReason::kArithmetic);
  EXPECT_EQ(reason_of(make_jpeg({.progressive = true, .arithmetic = true})),
            DecodeReason::kArithmetic);
  EXPECT_EQ(reason_of(make_jpeg({.separate_scans = true})), DecodeReason::kSeveralScans);
  const auto file = make_jpeg({});
  for (const uint8_t marker : {0xC3, 0xC5, 0xC6, 0xC7, 0xC8, 0xCB, 0xCC, 0xCD, 0xCF}) {
    auto other = file;
    other[segment_of(file, kSof0).begin + 1] = marker;
    EXPECT_EQ(reason_of(other), DecodeReason::kHeader) << int{marker};
  }
  EXPECT_EQ(reason_of(with_byte(file, kSof0, 0, 12)), DecodeReason::kHeader);  // bits a sample
}

TEST(JpegFrame, LeavesOtherColourSpacesToLibjpeg) {
  EXPECT_EQ(reason_of(make_jpeg({.components = 4})), DecodeReason::kColourSpace);
  EXPECT_EQ(reason_of(make_jpeg({.components = 4, .ycck = true})), DecodeReason::kColourSpace);
  const auto file = make_jpeg({});
  const auto bare = without_segment(file, kApp0);
  EXPECT_EQ(reason_of(bare), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_inserted(bare, 2, adobe(0))), DecodeReason::kColourSpace);
  EXPECT_EQ(reason_of(with_inserted(bare, 2, adobe(1))), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_inserted(bare, 2, adobe(2))), DecodeReason::kHeader);
  // A JFIF segment says YCbCr, whatever else is there.
  EXPECT_EQ(reason_of(with_inserted(file, 2, adobe(0))), DecodeReason::kNone);
  // Too short, or of another name: not Adobe's.
  EXPECT_EQ(reason_of(with_inserted(bare, 2, make_segment(0xEE, {'A', 'd', 'o', 'b', 'e', 0}))),
            DecodeReason::kNone);
  auto other = adobe(0);
  other[4] = 'B';
  EXPECT_EQ(reason_of(with_inserted(bare, 2, other)), DecodeReason::kNone);

  // Components called R, G and B.
  const auto with_ids = [](FileBytes bytes, std::string_view ids) {
    for (int i = 0; i < 3; ++i) {
      bytes[segment_of(bytes, kSof0).content + 6 + 3 * i] = static_cast<uint8_t>(ids[i]);
      bytes[segment_of(bytes, kSos).content + 1 + 2 * i] = static_cast<uint8_t>(ids[i]);
    }
    return bytes;
  };
  EXPECT_EQ(reason_of(with_ids(bare, "RGB")), DecodeReason::kColourSpace);
  EXPECT_EQ(reason_of(with_ids(file, "RGB")), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_ids(bare, "BGR")), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_ids(bare, "RRB")), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_ids(bare, "RGG")), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_ids(bare, "BGB")), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_byte(file, kSos, 1, 9)), DecodeReason::kHeader);  // another component
}

TEST(JpegFrame, LeavesOtherSamplingToLibjpeg) {
  const auto file = make_jpeg({});
  for (int component = 0; component < 3; ++component) {
    for (int factors = 0; factors < 256; ++factors) {
      const bool ours =
          component == 0 ? factors == 0x11 || factors == 0x12 || factors == 0x21 || factors == 0x22
                         : factors == 0x11;
      EXPECT_EQ(reason_of(with_byte(file, kSof0, 7 + 3 * component, factors)),
                ours ? DecodeReason::kNone : DecodeReason::kSampling)
          << component << ": " << factors;
    }
  }
  const auto grey = make_jpeg({.components = 1});
  EXPECT_EQ(reason_of(with_byte(grey, kSof0, 7, 0x31)), DecodeReason::kSampling);
  EXPECT_EQ(reason_of(with_byte(grey, kSof0, 7, 0x14)), DecodeReason::kSampling);
  EXPECT_EQ(reason_of(with_byte(grey, kSof0, 7, 0x00)), DecodeReason::kSampling);
}

// jdsample.c: no interpolation where there are two columns of chroma or one.
TEST(JpegFrame, LeavesNarrowPicturesToLibjpeg) {
  for (const int v : {1, 2}) {
    for (int width = 1; width <= 8; ++width) {
      const JpegSpec spec{.width = width, .height = 5, .h_sampling = 2, .v_sampling = v};
      EXPECT_EQ(reason_of(make_jpeg(spec)), width <= 4 ? DecodeReason::kSmall : DecodeReason::kNone)
          << describe(spec);
    }
    EXPECT_EQ(reason_of(make_jpeg({.width = 1, .height = 1, .v_sampling = v})),
              DecodeReason::kNone);
  }
  EXPECT_EQ(reason_of(make_jpeg({.width = 1, .components = 1, .h_sampling = 2})),
            DecodeReason::kNone);
}

}  // namespace
}  // namespace headrace
