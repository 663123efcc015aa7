// Segments of a header that are odd or broken.
#include <gtest/gtest.h>

#include "header_edits.h"

namespace headrace {
namespace {

TEST(JpegFrameSegments, ChecksTheFrameHeader) {
  const auto file = make_jpeg({});
  EXPECT_EQ(reason_of(with_byte(with_byte(file, kSof0, 1, 0), kSof0, 2, 0)),
            DecodeReason::kHeader);  // no height
  EXPECT_EQ(reason_of(with_byte(with_byte(file, kSof0, 3, 0), kSof0, 4, 0)), DecodeReason::kHeader);
  const auto with_size = [&](int at, int size) {
    return with_byte(with_byte(file, kSof0, at, size >> 8), kSof0, at + 1, size & 255);
  };
  for (const int at : {1, 3}) {
    EXPECT_EQ(reason_of(with_size(at, 65500)), DecodeReason::kNone);
    EXPECT_EQ(reason_of(with_size(at, 65501)), DecodeReason::kHeader);
    EXPECT_EQ(reason_of(with_size(at, 65535)), DecodeReason::kHeader);
  }
  for (const int count : {0, 1, 2, 4, 5, 255}) {  // components that are not there
    EXPECT_EQ(reason_of(with_byte(file, kSof0, 5, count)), DecodeReason::kHeader) << count;
  }
  // Two and five components.
  auto content = content_of(file, kSof0);
  content[5] = 2;
  content.resize(12);
  EXPECT_EQ(reason_of(with_content(file, kSof0, content)), DecodeReason::kHeader);
  content[5] = 5;
  content.resize(21, 0x11);
  EXPECT_EQ(reason_of(with_content(file, kSof0, content)), DecodeReason::kHeader);
  // Two frames.
  const JpegSegment frame = segment_of(file, kSof0);
  EXPECT_EQ(
      reason_of(with_inserted(file, frame.begin, make_segment(kSof0, content_of(file, kSof0)))),
      DecodeReason::kHeader);
  // None.
  EXPECT_EQ(reason_of(without_segment(file, kSof0)), DecodeReason::kHeader);
}

TEST(JpegFrameSegments, ChecksTheScanHeader) {
  const auto file = make_jpeg({});
  EXPECT_EQ(reason_of(with_byte(file, kSos, 0, 4)), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_byte(file, kSos, 7, 1)), DecodeReason::kHeader);   // from coefficient 1
  EXPECT_EQ(reason_of(with_byte(file, kSos, 8, 62)), DecodeReason::kHeader);  // to 62
  EXPECT_EQ(reason_of(with_byte(file, kSos, 9, 1)), DecodeReason::kHeader);   // without a bit
  EXPECT_EQ(reason_of(with_content(file, kSos, {})), DecodeReason::kHeader);
  auto content = content_of(file, kSos);
  content.push_back(0);
  EXPECT_EQ(reason_of(with_content(file, kSos, content)), DecodeReason::kHeader);
  // Components in another order.
  content = content_of(file, kSos);
  std::swap(content[1], content[3]);
  EXPECT_EQ(reason_of(with_content(file, kSos, content)), DecodeReason::kHeader);
}

TEST(JpegFrameSegments, ChecksThatTablesAreThere) {
  const auto file = make_jpeg({});
  for (int component = 0; component < 3; ++component) {
    for (int table = 0; table < 16; ++table) {
      const bool there = table <= 1;
      const auto reason = there ? DecodeReason::kNone : DecodeReason::kHeader;
      EXPECT_EQ(reason_of(with_byte(file, kSos, 2 + 2 * component, table << 4)), reason);
      EXPECT_EQ(reason_of(with_byte(file, kSos, 2 + 2 * component, table)), reason);
      EXPECT_EQ(reason_of(with_byte(file, kSof0, 8 + 3 * component, table)), reason);
    }
    EXPECT_EQ(reason_of(with_byte(file, kSof0, 8 + 3 * component, 255)), DecodeReason::kHeader);
  }
  EXPECT_EQ(reason_of(without_segment(file, kDht)), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(without_segment(file, kDqt)), DecodeReason::kHeader);
}

TEST(JpegFrameSegments, ChecksHuffmanTables) {
  const auto file = make_jpeg({});
  const auto extra = [&](const FileBytes& content) {
    return reason_of(with_inserted(file, 2, make_segment(kDht, content)));
  };
  FileBytes table(17 + 2, 0);
  table[2] = 2;  // two codes
  EXPECT_EQ(extra(table), DecodeReason::kNone);
  EXPECT_EQ(extra({}), DecodeReason::kNone);
  FileBytes two = table;
  two.insert(two.end(), table.begin(), table.end());
  EXPECT_EQ(extra(two), DecodeReason::kNone);
  for (size_t size = 1; size < table.size(); ++size) {
    EXPECT_EQ(extra({table.begin(), table.begin() + static_cast<ptrdiff_t>(size)}),
              DecodeReason::kHeader);
    EXPECT_EQ(extra({two.begin(), two.begin() + static_cast<ptrdiff_t>(table.size() + size)}),
              DecodeReason::kHeader);
  }
  for (const int which : {0x04, 0x0F, 0x14, 0x20, 0xF0}) {
    table[0] = static_cast<uint8_t>(which);
    EXPECT_EQ(extra(table), DecodeReason::kHeader);
  }
  for (const int which : {0x03, 0x13}) {
    table[0] = static_cast<uint8_t>(which);
    EXPECT_EQ(extra(table), DecodeReason::kNone);
  }
  FileBytes full(17 + 257, 0);
  full[16] = 255;
  full[15] = 1;
  EXPECT_EQ(extra({full.begin(), full.end() - 1}), DecodeReason::kNone);
  full[15] = 2;  // 257 codes
  EXPECT_EQ(extra(full), DecodeReason::kHeader);
}

TEST(JpegFrameSegments, ReadsQuantisationTablesOfBothWidths) {
  const auto file = make_jpeg({});
  FileBytes bytes{1};
  FileBytes words{0x11};
  for (int i = 0; i < kBlockSize; ++i) {
    bytes.push_back(static_cast<uint8_t>(100 + i));
    words.push_back(static_cast<uint8_t>(i));
    words.push_back(static_cast<uint8_t>(200 - i));
  }
  // Tables may be defined again; the last counts.
  const size_t at = segment_of(file, kSof0).begin;
  JpegFrame frame;
  const auto with_bytes = with_inserted(file, at, make_segment(kDqt, bytes));
  ASSERT_EQ(parse_jpeg_frame(frame, with_bytes), DecodeReason::kNone);
  for (int i = 0; i < kBlockSize; ++i) EXPECT_EQ(frame.quant[1][kZigzag[i]], 100 + i);
  const auto with_words = with_inserted(file, at, make_segment(kDqt, words));
  ASSERT_EQ(parse_jpeg_frame(frame, with_words), DecodeReason::kNone);
  for (int i = 0; i < kBlockSize; ++i) EXPECT_EQ(frame.quant[1][kZigzag[i]], 256 * i + 200 - i);

  const auto extra = [&](const FileBytes& content) {
    return reason_of(with_inserted(file, at, make_segment(kDqt, content)));
  };
  EXPECT_EQ(extra({}), DecodeReason::kNone);
  for (const auto& table : {bytes, words}) {
    for (size_t size = 1; size < table.size(); ++size) {
      EXPECT_EQ(extra({table.begin(), table.begin() + static_cast<ptrdiff_t>(size)}),
                DecodeReason::kHeader);
    }
  }
  for (const int which : {0x04, 0x0F, 0x14, 0x20, 0xF1}) {
    words[0] = static_cast<uint8_t>(which);
    EXPECT_EQ(extra(words), DecodeReason::kHeader);
  }
}

TEST(JpegFrameSegments, ReadsJfifsVersion) {
  const auto file = make_jpeg({});
  EXPECT_EQ(reason_of(with_byte(file, kApp0, 5, 1)), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_byte(file, kApp0, 5, 2)), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_byte(file, kApp0, 5, 0)), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_byte(file, kApp0, 6, 9)), DecodeReason::kNone);  // minor
  // Not JFIF's: another name, or too short.
  EXPECT_EQ(reason_of(with_byte(with_byte(file, kApp0, 0, 'X'), kApp0, 5, 2)), DecodeReason::kNone);
  EXPECT_EQ(reason_of(with_content(file, kApp0, {'J', 'F', 'I', 'F', 0, 2})), DecodeReason::kNone);
}

TEST(JpegFrameSegments, ReadsTheRestartInterval) {
  const auto file = make_jpeg({});
  JpegFrame frame;
  const auto restarts = with_inserted(file, 2, make_segment(kDri, {0x12, 0x34}));
  ASSERT_EQ(parse_jpeg_frame(frame, restarts), DecodeReason::kNone);
  EXPECT_EQ(frame.restart_interval, 0x1234);
  EXPECT_EQ(reason_of(with_inserted(file, 2, make_segment(kDri, {1}))), DecodeReason::kHeader);
  EXPECT_EQ(reason_of(with_inserted(file, 2, make_segment(kDri, {0, 1, 0}))),
            DecodeReason::kHeader);
}

TEST(JpegFrameSegments, PassesOverApplicationSegmentsAndComments) {
  const auto file = make_jpeg({});
  for (int marker = 0; marker < 0xFF; ++marker) {
    const bool passes = (marker > 0xE0 && marker <= 0xEF) || marker == 0xFE || marker == 0xE0;
    if (marker >= 0xC0 && marker <= 0xDF) continue;  // with meanings of their own
    EXPECT_EQ(
        reason_of(with_inserted(file, 2, make_segment(static_cast<uint8_t>(marker), {1, 2, 3}))),
        passes ? DecodeReason::kNone : DecodeReason::kHeader)
        << marker;
  }
  for (const uint8_t marker : {0xD0, 0xD7, 0xD8, 0xD9, 0xDC, 0xDE, 0xDF}) {
    EXPECT_EQ(reason_of(with_inserted(file, 2, make_segment(marker, {1, 2, 3}))),
              DecodeReason::kHeader)
        << int{marker};
  }
}

TEST(JpegFrameSegments, FillBytesMayStandBeforeMarkers) {
  auto file = make_jpeg({});
  auto segments = segments_of(file);
  for (size_t i = segments.size(); i-- > 0;) {
    file = with_inserted(file, segments[i].begin, FileBytes(1 + i % 3, 0xFF));
  }
  JpegFrame frame;
  const auto exact = exact_copy(file, file.size());
  ASSERT_EQ(parse_jpeg_frame(frame, exact), DecodeReason::kNone);
  EXPECT_EQ(frame.width, 64);
  EXPECT_EQ(reason_of(FileBytes(100, 0xFF)), DecodeReason::kHeader);
  FileBytes fill(50, 0xFF);
  fill[1] = 0xD8;
  EXPECT_EQ(reason_of(fill), DecodeReason::kHeader);
}

TEST(JpegFrameSegments, BytesBetweenSegmentsAreForLibjpeg) {
  const auto file = make_jpeg({});
  for (const JpegSegment& segment : segments_of(file)) {
    EXPECT_EQ(reason_of(with_inserted(file, segment.begin, {0})), DecodeReason::kHeader);
  }
  for (const size_t at : {0, 1}) {
    auto other = file;
    other[at] ^= 1;
    EXPECT_EQ(reason_of(other), DecodeReason::kHeader);
  }
}

TEST(JpegFrameSegments, WrongLengthsAreForLibjpeg) {
  const auto file = make_jpeg({.restart_interval = 2, .orientation = 3});
  for (const JpegSegment& segment : segments_of(file)) {
    for (const int length : {0, 1, 65535}) {
      auto other = file;
      other[segment.begin + 2] = static_cast<uint8_t>(length >> 8);
      other[segment.begin + 3] = static_cast<uint8_t>(length);
      EXPECT_EQ(reason_of(other), DecodeReason::kHeader) << int{segment.marker} << ' ' << length;
    }
    if (segment.marker == 0xE0 || segment.marker == 0xE1) continue;
    auto longer = file;
    ++longer[segment.begin + 3];
    EXPECT_EQ(reason_of(longer), DecodeReason::kHeader) << int{segment.marker};
    auto shorter = file;
    --shorter[segment.begin + 3];
    EXPECT_EQ(reason_of(shorter), DecodeReason::kHeader) << int{segment.marker};
  }
}

TEST(JpegFrameSegments, NoTruncationOfTheHeaderIsOurs) {
  for (const int components : {1, 3}) {
    const auto file =
        make_jpeg({.components = components, .restart_interval = 2, .orientation = 1});
    const size_t begin = scan_begin_of(file);
    for (size_t size = 0; size < begin; ++size) {
      JpegFrame frame;
      ASSERT_EQ(parse_jpeg_frame(frame, exact_copy(file, size)), DecodeReason::kHeader) << size;
    }
    JpegFrame frame;
    EXPECT_EQ(parse_jpeg_frame(frame, exact_copy(file, begin)), DecodeReason::kNone);
    EXPECT_EQ(frame.scan_begin, begin);
  }
}

// AddressSanitizer watches.
TEST(JpegFrameSegments, AnyBytesAreReadSafely) {
  const auto file = make_jpeg({.restart_interval = 2, .orientation = 1});
  const size_t begin = scan_begin_of(file);
  std::mt19937 random(1);
  int ours = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = exact_copy(file, begin);
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      bytes[random() % begin] = static_cast<uint8_t>(random());
    }
    JpegFrame frame;
    if (parse_jpeg_frame(frame, bytes) != DecodeReason::kNone) continue;
    ++ours;
    ASSERT_GE(frame.mcus_per_row, 1);
    ASSERT_GE(frame.mcu_rows, 1);
    ASSERT_LE(frame.blocks_per_mcu, 6);
    ASSERT_LE(frame.scan_begin, bytes.size());
    for (int c = 0; c < frame.component_count; ++c) {
      ASSERT_NE(frame.dc_specs[frame.components[c].dc_table].counts, nullptr);
      ASSERT_NE(frame.ac_specs[frame.components[c].ac_table].counts, nullptr);
      ASSERT_LE(frame.components[c].quant_table, 3);
    }
  }
  EXPECT_GT(ours, 1000);
}

}  // namespace
}  // namespace headrace
