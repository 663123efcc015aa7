// The side index in use: how it grows, what it never says, and that a forged one does no harm.
#include <gtest/gtest.h>

#include <algorithm>

#include "bit_writer.h"
#include "headrace/decoders/libjpeg_decoder.h"
#include "index_fixture.h"

namespace headrace {
namespace {

class JpegIndexUse : public JpegIndexTest {
 protected:
  // A grey picture with this scan. DC code: 0 for no bits, 10 for `dc_bits` (12: no encoder makes
  // these); AC code: 0 for the block's end. So 00 is a block.
  static FileBytes picture_of(int width, int height, const FileBytes& scan, uint8_t dc_bits = 12) {
    FileBytes file{0xFF, 0xD8};
    const auto append = [&](const FileBytes& more) {
      file = with_inserted(file, file.size(), more);
    };
    FileBytes quant(65, 1);
    quant[0] = 0;
    FileBytes dc(19);
    dc[1] = dc[2] = 1;
    dc[18] = dc_bits;
    FileBytes ac(18);
    ac[0] = 0x10;
    ac[1] = 1;
    append(make_segment(0xDB, quant));
    append(make_segment(0xC4, dc));
    append(make_segment(0xC4, ac));
    append(make_segment(
        0xC0, {8, static_cast<uint8_t>(height >> 8), static_cast<uint8_t>(height),
               static_cast<uint8_t>(width >> 8), static_cast<uint8_t>(width), 1, 1, 0x11, 0}));
    append(make_segment(0xDA, {1, 1, 0, 0, 63, 0}));
    append(scan);
    append({0xFF, 0xD9});
    return file;
  }

  // What comes of the picture when row `row` is said to begin at this bit, and none behind it
  // before bit `next`, nor nearer than rows can be.
  DecodeReason reason_with_row_at(int row, uint64_t bit, uint64_t next = 0) {
    FileBytes index = make(0);
    const FileBytes genuine = index;
    const auto places = JpegIndex::open(genuine, frame_, file_);
    const auto least = 2 * static_cast<uint64_t>(frame_.mcus_per_row);  // grey: a block an MCU
    for (int n = row; n <= frame_.mcu_rows; ++n) {
      const uint64_t after = bit + static_cast<uint64_t>(n - row) * least;
      put(index, kIndexHeaderBytes + static_cast<size_t>(n) * kIndexEntryBytes,
          n == row ? bit : std::max({after, next, places->row_begin(n).bit}), kIndexEntryBytes);
    }
    index = with_checksum(index);
    EXPECT_TRUE(opens(index));
    IndexExchange exchange;
    exchange.known = index;
    return decoder_.decode(image_, file_, whole(), &exchange).reason;
  }
};

// Whatever the order in which regions come, what is stored grows to what make_index() makes.
TEST_F(JpegIndexUse, GrowsToTheCompleteOne) {
  for (int i = 0; i < 60; ++i) {
    const JpegSpec spec = random_spec(random_, i % kPictureKinds, 20 + i, 90);
    SCOPED_TRACE(describe(spec));
    ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg(spec)));
    const FileBytes complete = make(0);
    const size_t entries = entries_in(complete);
    FileBytes stored;
    size_t rows = 0;
    for (int n = 0; n < 30; ++n) {
      const Region region = n < 29 ? random_region(random_, spec.width, spec.height) : whole();
      const FileBytes grown = decode(stored, region, !stored.empty());
      if (grown.empty()) {
        ASSERT_GE(rows * static_cast<size_t>(frame_.mcu_height),
                  static_cast<size_t>(region.y + region.height))
            << "nothing more to say";
        continue;
      }
      ASSERT_TRUE(opens(grown));
      const size_t now = entries_in(grown) - 1;
      ASSERT_GT(now, rows);
      ASSERT_LT(now, entries);
      rows = now;
      // The complete one's begin, but for the number of rows.
      ASSERT_TRUE(std::equal(grown.begin(), grown.begin() + 14, complete.begin()));
      ASSERT_TRUE(std::equal(grown.begin() + 16, grown.end() - 4, complete.begin() + 16));
      stored = grown;
    }
    ASSERT_EQ(stored, complete);
    EXPECT_TRUE(decode(stored, whole(), true).empty());
  }
}

TEST_F(JpegIndexUse, RecordsOnlyWhenAsked) {
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({})));
  IndexExchange exchange;
  exchange.grown.resize(5);  // of the picture before
  EXPECT_FALSE(decoder_.decode(image_, file_, whole(), &exchange).indexed);
  EXPECT_EQ(exchange.grown.size(), 0U);
  // One with entries inside rows does not grow: it would lose them.
  FileBytes fine = make(2);
  EXPECT_TRUE(decode(fine, whole(), true).empty());
  const size_t entries = entries_in(fine) / frame_.mcu_rows + 1;  // of a row, and the end
  fine.resize(kIndexHeaderBytes + entries * kIndexEntryBytes + kIndexChecksumBytes);
  put(fine, 14, 1, 2);
  EXPECT_TRUE(decode(with_checksum(fine), whole(), true).empty());
}

// A predictor that has no place in the layout ends what can be said, once.
TEST_F(JpegIndexUse, SaysNothingTwiceWhereTheLayoutIsFull) {
  BitWriter scan;
  for (int row = 0; row < 3; ++row) scan.put(0b10'11111111111'0, 14);  // DC: 2047 more
  scan.put(0, 4);                                                      // two rows like the last
  ASSERT_NO_FATAL_FAILURE(open_picture(picture_of(8, 40, scan.finish(), 11)));
  const FileBytes grown = decode({}, whole(), false);
  EXPECT_EQ(entries_in(grown), 2U) << "the first row: where the third begins, no number fits";
  EXPECT_TRUE(decode(grown, whole(), true).empty());
}

TEST_F(JpegIndexUse, NeverDescribesDamagedRows) {
  LibjpegDecoder libjpeg(/*strict=*/false);
  int described = 0;
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    const JpegSpec spec = random_spec(random_, i % kPictureKinds, 80, 90);
    SCOPED_TRACE(describe(spec));
    ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg(spec)));
    const size_t begin = frame_.scan_begin;
    file_[begin + random_() % (file_.size() - 2 - begin)] ^=
        static_cast<uint8_t>(1 + random_() % 255);
    FileBytes stored;
    for (int n = 0; n < 8; ++n) {
      IndexExchange exchange;
      exchange.known = stored;
      exchange.record = true;
      const Region region = random_region(random_, spec.width, spec.height);
      const auto outcome = decoder_.decode(image_, file_, region, &exchange);
      if (outcome.reason != DecodeReason::kNone) {
        ++refused;
        ASSERT_EQ(exchange.grown.size(), 0U);
        continue;
      }
      if (exchange.grown.size() == 0) continue;
      ++described;
      stored = bytes_of(exchange.grown);
      const auto index = JpegIndex::open(stored, frame_, file_);
      ASSERT_TRUE(index.has_value());
      // To decode these rows libjpeg reads the described ones and no more.
      const int rows = std::min(index->rows() * frame_.mcu_height - 2, spec.height);
      ImageInfo info;
      info.width = spec.width;
      info.height = spec.height;
      Image image;
      ASSERT_TRUE(libjpeg.decode(image, file_, info, {0, 0, spec.width, rows}).ok());
    }
    ByteBuffer index;
    if (!libjpeg.decode(image_, file_, {.width = spec.width, .height = spec.height}, whole())
             .ok()) {
      ASSERT_EQ(decoder_.make_index(index, file_, 0), DecodeReason::kData);
      ASSERT_EQ(index.size(), 0U);
    }
  }
  EXPECT_GT(described, 200);
  EXPECT_GT(refused, 200);
}

// Checksums that are right say nothing about what is in between.
TEST_F(JpegIndexUse, ForgedOnesDoNoHarm) {
  int opened = 0;
  int decoded = 0;
  int recorded = 0;
  for (int i = 0; i < 400; ++i) {
    const JpegSpec spec =
        random_spec(random_, i % kPictureKinds, 10 + static_cast<int>(random_() % 150),
                    1 + static_cast<int>(random_() % 60));
    SCOPED_TRACE(describe(spec));
    ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg(spec)));
    const int ways[] = {0, 0, 1, 3, 8};
    for (int n = 0; n < 8; ++n) {
      FileBytes index = make(ways[random_() % std::size(ways)]);
      const size_t entries = entries_in(index);
      const uint64_t most = 8 * (file_.size() - frame_.scan_begin);
      if (random_() % 2 == 0) {  // all places anew, in order
        std::vector<uint64_t> places(entries);
        for (uint64_t& place : places) place = random_() % (most + 1);
        std::sort(places.begin(), places.end());
        if (random_() % 4 == 0) std::fill(places.begin(), places.end(), most);
        for (size_t e = 0; e < entries; ++e) {
          put(index, kIndexHeaderBytes + 8 * e,
              places[e] | uint64_t{random_()} << 32 | uint64_t{random_() & 0xF} << 28, 8);
        }
      } else {  // a few of them, anything
        for (unsigned e = random_() % 4; e > 0; --e) {
          put(index, kIndexHeaderBytes + 8 * (random_() % entries),
              uint64_t{random_()} << 32 | random_() % (2 * most), 8);
        }
      }
      if (random_() % 8 == 0) {  // fewer rows than there are entries for
        put(index, 14, random_() % 9, 2);
      }
      if (random_() % 8 == 0) put(index, 12, random_() % 20, 2);
      index = with_checksum(index);
      index = exact_copy(index, index.size());
      opened += opens(index) ? 1 : 0;
      for (int r = 0; r < 3; ++r) {
        IndexExchange exchange;
        exchange.known = index;
        exchange.record = true;
        const Region region = random_region(random_, spec.width, spec.height);
        Image image = tight_image(region.width, region.height);
        const auto outcome = decoder_.decode(image, file_, region, &exchange);
        ASSERT_TRUE(outcome.reason == DecodeReason::kNone || outcome.reason == DecodeReason::kData);
        decoded += outcome.reason == DecodeReason::kNone && outcome.indexed ? 1 : 0;
        recorded += exchange.grown.size() > 0 ? 1 : 0;
      }
      // And nothing of it is left for the next.
      decode({}, whole(), false);
    }
  }
  EXPECT_GT(opened, 1000);
  EXPECT_GT(decoded, 800);
  EXPECT_GT(recorded, 100);
}

// Bits that the walk has not looked at.
TEST_F(JpegIndexUse, ForgedPlacesMayLeadToBitsThatAreNoBlock) {
  ASSERT_NO_FATAL_FAILURE(
      open_picture(picture_of(8, 24, {0b00000000, 0b11000000, 0b10000000, 0, 0})));
  EXPECT_EQ(reason_with_row_at(2, 4), DecodeReason::kNone);
  EXPECT_EQ(reason_with_row_at(2, 6), DecodeReason::kNone);
  EXPECT_EQ(reason_with_row_at(2, 8, 32), DecodeReason::kData);   // no code
  EXPECT_EQ(reason_with_row_at(2, 16, 32), DecodeReason::kData);  // 12 bits
  EXPECT_EQ(reason_with_row_at(2, 24, 32), DecodeReason::kNone);
}

TEST_F(JpegIndexUse, ForgedRowsDoNotRunPastTheScan) {
  // Memory full of what could be blocks.
  ASSERT_NO_FATAL_FAILURE(open_picture(picture_of(8000, 400, FileBytes(12'500, 0))));
  ASSERT_EQ(reason_with_row_at(1, 2000), DecodeReason::kNone);  // where it is
  ASSERT_NO_FATAL_FAILURE(open_picture(picture_of(4000, 24, FileBytes(375, 0))));
  ASSERT_EQ(reason_with_row_at(2, 2000), DecodeReason::kNone);
  for (const uint64_t behind : {1, 8, 9, 16}) {  // the end marker has 16 bits
    EXPECT_EQ(reason_with_row_at(2, 2000 + behind), DecodeReason::kData) << behind;
    EXPECT_EQ(reason_with_row_at(0, behind), DecodeReason::kData) << behind;
  }
}

}  // namespace
}  // namespace headrace
