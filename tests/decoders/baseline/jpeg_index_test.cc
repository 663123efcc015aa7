// The layout of the side index, and what is refused.
#include "headrace/decoders/baseline/jpeg_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "index_fixture.h"

namespace headrace {
namespace {

void append(FileBytes& bytes, const FileBytes& more) {
  bytes = with_inserted(bytes, bytes.size(), more);
}

// The worked example of the README: grey, 8 x 24 pixels, three rows of one MCU. The DC code is 0
// for no bits and 10 for two bits, the AC code is 0 for the block's end. Quantiser 8 throughout.
FileBytes worked_example() {
  FileBytes file{0xFF, 0xD8};
  FileBytes quant(65, 8);
  quant[0] = 0;
  append(file, make_segment(0xDB, quant));
  append(file, make_segment(0xC0, {8, 0, 24, 0, 8, 1, 1, 0x11, 0}));
  FileBytes dc(19);
  dc[1] = dc[2] = 1;
  dc[18] = 2;
  append(file, make_segment(0xC4, dc));
  FileBytes ac(18);
  ac[0] = 0x10;
  ac[1] = 1;
  append(file, make_segment(0xC4, ac));
  append(file, make_segment(0xDA, {1, 1, 0, 0, 63, 0}));
  // 10 11 0: DC 3 more. 10 01 0: 2 less, it is 1. 10 00 0: 3 less, it is -2. Then a bit to spare.
  append(file, {0b10110100, 0b10100001, 0xFF, 0xD9});
  return file;
}

TEST_F(JpegIndexTest, ItsBytesAreThoseOfTheWorkedExample) {
  ASSERT_NO_FATAL_FAILURE(open_picture(worked_example()));
  EXPECT_EQ(expected_->rgb[0], 131);  // 128 + 3 * 8 / 8
  EXPECT_EQ(expected_->rgb[size_t{3} * 8 * 8], 129);
  EXPECT_EQ(expected_->rgb[size_t{3} * 8 * 16], 126);
  // clang-format off
  const FileBytes golden{
      'H', 'R', 'J', 1,
      0x8F, 0, 0, 0,                  // 143 bytes
      0x52, 0x94, 0x51, 0x67,          // their CRC-32C
      0, 0,                           // an entry a row
      3, 0,                           // three rows
      0x00, 0, 0, 0x00, 0x00, 0, 0, 0,  // bit 0, DC 0
      0x05, 0, 0, 0x30, 0x00, 0, 0, 0,  // bit 5, DC 3
      0x0A, 0, 0, 0x10, 0x00, 0, 0, 0,  // bit 10, DC 1
      0x0F, 0, 0, 0xE0, 0xFF, 0, 0, 0,  // bit 15, DC -2
      0x80, 0x6A, 0xB9, 0xA6};         // CRC-32C of all above
  // clang-format on
  EXPECT_THAT(make(0), testing::ElementsAreArray(golden));
  decode(make(0), whole(), true);
  decode(make(0), {0, 16, 8, 8}, true);
  decode({}, {0, 16, 8, 8}, false);
}

TEST_F(JpegIndexTest, RefusesEveryFlippedBitAndEveryOtherLength) {
  for (const int every : {0, 2}) {
    ASSERT_NO_FATAL_FAILURE(
        open_picture(make_jpeg({.width = 50, .height = 40, .h_sampling = 2, .v_sampling = 2})));
    const FileBytes index = make(every);
    ASSERT_TRUE(opens(index));
    for (size_t bit = 0; bit < 8 * index.size(); ++bit) {
      FileBytes damaged = index;
      damaged[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
      ASSERT_FALSE(opens(damaged)) << bit;
      if (bit % 31 == 0) {  // and works as without; what it grows to is whole again
        EXPECT_EQ(decode(damaged, whole(), false), make(0));
      }
    }
    for (size_t size = 0; size < index.size(); ++size) {
      ASSERT_FALSE(opens(exact_copy(index, size))) << size;
    }
    ASSERT_FALSE(opens(with_inserted(index, index.size(), {0})));
    ASSERT_FALSE(opens(with_inserted(index, 0, {0})));
  }
}

TEST_F(JpegIndexTest, RefusesAnotherPictures) {
  const JpegSpec spec{.width = 50, .height = 40};
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg(spec)));
  const FileBytes index = make(0);
  const FileBytes file = file_;
  JpegSpec other = spec;
  other.seed = 7;
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg(other)));
  EXPECT_EQ(decode(index, whole(), false), make(0));
  // One bit, anywhere; one byte more.
  for (size_t at = 0; at < file.size(); at += 13) {
    FileBytes changed = file;
    changed[at] ^= 0x10;
    EXPECT_FALSE(JpegIndex::open(index, frame_, changed).has_value());
  }
  EXPECT_FALSE(JpegIndex::open(index, frame_, with_inserted(file, file.size(), {0})).has_value());
  EXPECT_TRUE(JpegIndex::open(index, frame_, file).has_value());
  // Another size, though both checksums are right.
  FileBytes forged = index;
  put(forged, 4, file.size() + 1, 4);
  EXPECT_FALSE(JpegIndex::open(with_checksum(forged), frame_, file).has_value());
}

// What is known is not walked over, so it must not promise more rows than the bytes can hold.
TEST_F(JpegIndexTest, RefusesMoreBlocksThanThereAreBits) {
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({.width = 64, .height = 64, .components = 1})));
  const FileBytes index = make(2);
  const size_t entries = entries_in(index);
  const auto opens_with_distance = [&](uint64_t bits) {
    FileBytes forged = index;
    for (size_t i = 0; i < entries; ++i) put(forged, kIndexHeaderBytes + 8 * i, i * bits, 8);
    return opens(with_checksum(forged));
  };
  EXPECT_TRUE(opens_with_distance(4)) << "two MCUs of a block each";
  EXPECT_FALSE(opens_with_distance(3));
  EXPECT_FALSE(opens_with_distance(0));
}

TEST_F(JpegIndexTest, TellsPlacesWhateverTheirDistance) {
  for (const int restarts : {0, 4}) {
    ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({.width = 150,
                                                    .height = 50,
                                                    .h_sampling = 2,
                                                    .v_sampling = 1,
                                                    .restart_interval = restarts})));
    const FileBytes finest_bytes = make(1);
    const auto finest = JpegIndex::open(finest_bytes, frame_, file_);
    ASSERT_TRUE(finest.has_value());
    ASSERT_EQ(frame_.mcus_per_row, 10);
    ASSERT_EQ(frame_.mcu_rows, 7);
    const auto same = [](const JpegIndex::Place& a, const JpegIndex::Place& b) {
      return a.bit == b.bit && a.dc == b.dc;
    };
    for (const int every : {0, 1, 2, 3, 4, 7, 9, 10, 11, 500, 65535}) {
      const FileBytes bytes = make(every);
      const size_t a_row = every == 0 ? 1 : static_cast<size_t>((10 + every - 1) / every);
      EXPECT_EQ(bytes.size(), kIndexHeaderBytes + 8 * (7 * a_row + 1) + 4);
      const auto index = JpegIndex::open(bytes, frame_, file_);
      ASSERT_TRUE(index.has_value());
      EXPECT_EQ(index->rows(), 7);
      EXPECT_EQ(index->every(), every);
      const int step = every == 0 ? 10 : every;
      for (int row = 0; row < 7; ++row) {
        EXPECT_TRUE(same(index->row_begin(row), finest->row_begin(row)));
        for (int mcu = 0; mcu < 10; ++mcu) {
          int begin = mcu;
          const auto place = index->at_or_before(row, begin);
          EXPECT_EQ(begin, mcu / step * step);
          int same_mcu = begin;
          EXPECT_TRUE(same(place, finest->at_or_before(row, same_mcu)));
          const int end = begin + step;
          int end_mcu = end;
          EXPECT_TRUE(same(index->after(row, mcu), end >= 10 ? finest->row_begin(row + 1)
                                                             : finest->at_or_before(row, end_mcu)));
        }
      }
      for (int i = 0; i < 20; ++i) decode(bytes, random_region(random_, 150, 50), true);
    }
  }
}

TEST_F(JpegIndexTest, RefusesPlacesOutOfOrderAndOutOfThePicture) {
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({.width = 40, .height = 40})));
  const FileBytes index = make(0);
  const size_t entries = entries_in(index);
  const auto opens_with = [&](size_t entry, uint64_t value) {
    FileBytes forged = index;
    put(forged, kIndexHeaderBytes + 8 * entry, value, 8);
    return opens(with_checksum(forged));
  };
  const auto finest = JpegIndex::open(index, frame_, file_);
  ASSERT_TRUE(finest.has_value());
  const uint64_t second = finest->row_begin(2).bit;
  // Two bits a block: no row can be shorter.
  const auto row = 2 * static_cast<uint64_t>(frame_.blocks_per_mcu) * frame_.mcus_per_row;
  EXPECT_TRUE(opens_with(1, second - row));
  EXPECT_FALSE(opens_with(1, second - row + 1));
  EXPECT_FALSE(opens_with(1, second));
  EXPECT_TRUE(opens_with(1, row));
  EXPECT_FALSE(opens_with(1, row - 1));
  EXPECT_FALSE(opens_with(3, second + row - 1));
  EXPECT_TRUE(opens_with(3, second + row));
  const uint64_t most = 8 * (file_.size() - frame_.scan_begin);
  EXPECT_TRUE(opens_with(entries - 1, most));
  EXPECT_FALSE(opens_with(entries - 1, most + 1));
  // Predictors are anything.
  EXPECT_TRUE(opens_with(entries - 1, most | ~uint64_t{0} << 28));
}

TEST_F(JpegIndexTest, RefusesCountsThatCannotBe) {
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({.width = 8, .height = 24})));
  const FileBytes index = make(0);
  const auto with_counts = [&](int every, int rows, size_t entries) {
    FileBytes forged(kIndexHeaderBytes + 8 * entries + 4);
    std::copy_n(index.begin(), kIndexHeaderBytes, forged.begin());
    put(forged, 12, static_cast<uint64_t>(every), 2);
    put(forged, 14, static_cast<uint64_t>(rows), 2);
    for (size_t i = 0; i < entries; ++i) {
      put(forged, kIndexHeaderBytes + 8 * i, i * 2 * frame_.blocks_per_mcu, 8);
    }
    return with_checksum(forged);
  };
  EXPECT_TRUE(opens(with_counts(0, 3, 4)));
  EXPECT_TRUE(opens(with_counts(0, 1, 2)));
  EXPECT_TRUE(opens(with_counts(65535, 3, 4)));
  EXPECT_FALSE(opens(with_counts(0, 0, 1)));
  EXPECT_FALSE(opens(with_counts(0, 0, 2)));
  EXPECT_FALSE(opens(with_counts(0, 4, 5)));  // more rows than the picture has
  EXPECT_FALSE(opens(with_counts(0, 65535, 4)));
  EXPECT_FALSE(opens(with_counts(0, 3, 3)));
  EXPECT_FALSE(opens(with_counts(0, 3, 5)));
}

TEST_F(JpegIndexTest, IsWrittenAsFarAsTheLayoutGoes) {
  ASSERT_NO_FATAL_FAILURE(open_picture(make_jpeg({.width = 8, .height = 40})));
  JpegIndexWriter writer;
  ByteBuffer out;
  const auto rows_with = [&](const JpegIndex::Place& place) {
    writer.reset(frame_, 0);
    EXPECT_EQ(writer.rows(), 0);
    EXPECT_TRUE(writer.add({10, {}}));
    EXPECT_EQ(writer.rows(), 0);
    EXPECT_TRUE(writer.add({20, {}}));
    EXPECT_EQ(writer.rows(), 1);
    const bool added = writer.add(place);
    const uint64_t next = place.bit == 30 ? 40 : place.bit;
    EXPECT_EQ(writer.add({next, {}}), added);  // nothing behind what did not fit
    writer.write(out, file_);
    EXPECT_TRUE(opens(bytes_of(out)) || place.bit > 10'000);
    EXPECT_EQ(out.view()[14], writer.rows());
    return writer.rows();
  };
  EXPECT_EQ(rows_with({30, {2047, -2048, 2047}}), 3);
  EXPECT_EQ(rows_with({30, {2048, 0, 0}}), 1);
  EXPECT_EQ(rows_with({30, {0, -2049, 0}}), 1);
  EXPECT_EQ(rows_with({30, {0, 0, 2048}}), 1);
  EXPECT_EQ(rows_with({(1 << 28) - 1, {}}), 3);
  EXPECT_EQ(rows_with({1 << 28, {}}), 1);
  // Nothing to say.
  writer.reset(frame_, 0);
  writer.add({1, {}});
  writer.write(out, file_);
  EXPECT_EQ(out.size(), 0U);
}

}  // namespace
}  // namespace headrace
