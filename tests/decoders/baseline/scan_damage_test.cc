// Damaged picture data: either libjpeg is left to judge, or there was nothing in the rows that it
// would have complained about.
#include <gtest/gtest.h>

#include <cstdlib>

#include "baseline_targets.h"
#include "bit_writer.h"
#include "headrace/decoders/jpeg_header.h"
#include "headrace/decoders/libjpeg_decoder.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {
namespace {

class ScanDamage : public OnEachTarget {
 protected:
  // Decodes some regions. Our decoder must not give what libjpeg complains about for the region,
  // and give the same pixels where libjpeg does not.
  void check(const FileBytes& bytes, const JpegSpec& spec, int regions) {
    auto file = exact_copy(bytes, bytes.size());
    const ImageInfo info = info_of(spec);
    const FileBytes index = index_of(file);
    if (!has_jpeg_end_marker(file)) {
      // Nobody asks for a picture without one, but nothing bad may come of it.
      Image image;
      const Region whole{0, 0, spec.width, spec.height};
      decoder_.decode(image, file, whole, nullptr);
      file = with_inserted(file, file.size(), {0xFF, 0xD9});
    }
    for (int i = 0; i < regions; ++i) {
      const Region region = random_region(random_, spec.width, spec.height);
      Image expected;
      const Status libjpegs = libjpeg_.decode(expected, file, info, region);
      Image image;
      IndexExchange exchange;
      exchange.known = index;
      exchange.record = true;
      const DecodeReason reason = decoder_.decode(image, file, region, &exchange).reason;
      SCOPED_TRACE(testing::Message()
                   << describe(spec) << ": " << region.width << " x " << region.height << " from "
                   << region.x << ", " << region.y << "; libjpeg: " << libjpegs.message());
      if (reason == DecodeReason::kNone) {
        ++taken_;
        ASSERT_TRUE(libjpegs.ok());
        ASSERT_EQ(pixels_of(image), pixels_of(expected));
      } else {
        ++handed_over_;
        harmless_ += libjpegs.ok() ? 1 : 0;
        ASSERT_TRUE(reason == DecodeReason::kData || reason == DecodeReason::kHeader);
        ASSERT_EQ(exchange.grown.size(), 0U);
      }
    }
  }

  // What can be known of it: the rows down to somewhere, or nothing.
  FileBytes index_of(const FileBytes& file) {
    IndexExchange exchange;
    exchange.record = true;
    Image image;
    const Region region{0, 0, 1, 1 + static_cast<int>(random_() % 20)};
    if (random_() % 2 == 0) decoder_.decode(image, file, region, &exchange);
    return {exchange.grown.view().begin(), exchange.grown.view().end()};
  }

  static ImageInfo info_of(const JpegSpec& spec) {
    ImageInfo info;
    info.width = spec.width;
    info.height = spec.height;
    info.channels = spec.components;
    return info;
  }

  JpegSpec any_spec() {
    const int kind = static_cast<int>(random_() % kPictureKinds);
    JpegSpec spec = random_spec(random_, kind, 20 + static_cast<int>(random_() % 100),
                                20 + static_cast<int>(random_() % 60));
    // Intervals longer than a row too.
    if (random_() % 4 == 0) spec.restart_interval = 1 + static_cast<int>(random_() % 30);
    return spec;
  }

  // A place in the scan.
  size_t any_place(const FileBytes& file) {
    const size_t begin = scan_begin_of(file);
    return begin + random_() % (file.size() - begin);
  }

  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  BaselineDecoder decoder_;
  LibjpegDecoder libjpeg_{/*strict=*/false};
  int taken_ = 0;
  int handed_over_ = 0;
  int harmless_ = 0;  // of those handed over, pictures that libjpeg found nothing wrong with
};

TEST_P(ScanDamage, TruncatedPictures) {
  for (int i = 0; i < 300; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    file.resize(any_place(file));
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 3));
  }
  EXPECT_GT(taken_, 100);
  EXPECT_GT(handed_over_, 100);
  EXPECT_LT(harmless_, handed_over_ / 10);
}

TEST_P(ScanDamage, ChangedBytes) {
  for (int i = 0; i < 400; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    for (unsigned n = 1 + random_() % 3; n > 0; --n) {
      const size_t at = any_place(file);
      const auto value = static_cast<uint8_t>(random_());
      file[at] = random_() % 4 == 0 ? 0xFF : value;
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 3));
  }
  EXPECT_GT(taken_, 150);
  EXPECT_GT(handed_over_, 150);
}

TEST_P(ScanDamage, ChangedBits) {
  for (int i = 0; i < 400; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    file[any_place(file)] ^= static_cast<uint8_t>(1U << random_() % 8);
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 3));
  }
  EXPECT_GT(taken_, 150);
  EXPECT_GT(handed_over_, 150);
}

TEST_P(ScanDamage, BytesPutInAndTakenOut) {
  for (int i = 0; i < 300; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    const size_t at = any_place(file);
    if (random_() % 2 == 0) {
      file = with_inserted(file, at, FileBytes(1 + random_() % 5, static_cast<uint8_t>(random_())));
    } else {
      file = without(file, at, std::min(file.size(), at + 1 + random_() % 300));
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 3));
  }
  EXPECT_GT(taken_, 100);
  EXPECT_GT(handed_over_, 100);
}

// Restart markers and others where none belong, also the one whose turn it is.
TEST_P(ScanDamage, MarkersPutIn) {
  for (int i = 0; i < 500; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    const size_t at = any_place(file);
    uint8_t next = 0xD0;
    for (size_t k = scan_begin_of(file); k + 1 < at; ++k) {
      if (file[k] == 0xFF && file[k + 1] >= 0xD0 && file[k + 1] <= 0xD7) next = file[k + 1];
    }
    next = static_cast<uint8_t>(0xD0 + (next + random_() % 2 - 0xD0) % 8);
    const uint8_t markers[] = {next, next, 0xD9, 0xD0, 0xFF, 0xC4, 0xFE};
    const FileBytes marker{0xFF, markers[random_() % std::size(markers)]};
    ASSERT_NO_FATAL_FAILURE(check(with_inserted(file, at, marker), spec, 4));
  }
  EXPECT_GT(taken_, 150);
  EXPECT_GT(handed_over_, 150);
}

// Restart markers taken out, doubled, out of turn, moved.
TEST_P(ScanDamage, RestartMarkersChanged) {
  for (int i = 0; i < 400; ++i) {
    JpegSpec spec = any_spec();
    spec.restart_interval = 1 + static_cast<int>(random_() % 12);
    auto file = make_jpeg(spec);
    std::vector<size_t> markers;
    for (size_t at = scan_begin_of(file); at + 1 < file.size(); ++at) {
      if (file[at] == 0xFF && file[at + 1] >= 0xD0 && file[at + 1] <= 0xD7) markers.push_back(at);
    }
    if (markers.empty()) continue;
    const size_t at = markers[random_() % markers.size()];
    const uint8_t marker = file[at + 1];
    switch (random_() % 5) {
      case 0:
        file = without(file, at, at + 2);
        break;
      case 1:
        file = with_inserted(file, at, {0xFF, marker});
        break;
      case 2:
        file[at + 1] = static_cast<uint8_t>(0xD0 + random_() % 8);
        break;
      case 3:
        file = with_inserted(file, at, {static_cast<uint8_t>(random_())});
        break;
      default:
        file = with_inserted(without(file, at, at + 2), at - random_() % 4, {0xFF, marker});
        break;
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 4));
  }
  EXPECT_GT(taken_, 100);
  EXPECT_GT(handed_over_, 100);
}

// Bytes that follow no code at all.
TEST_P(ScanDamage, NoiseForAScan) {
  for (int i = 0; i < 300; ++i) {
    const JpegSpec spec = any_spec();
    auto file = make_jpeg(spec);
    for (size_t at = scan_begin_of(file); at < file.size(); ++at) {
      file[at] = static_cast<uint8_t>(random_());
      if (file[at - 1] == 0xFF) file[at] = 0;
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 2));
  }
  EXPECT_GT(handed_over_, 300);
}

// Codes with anything in them: values of many bits, blocks that end oddly.
TEST_P(ScanDamage, OddCodes) {
  for (int i = 0; i < 300; ++i) {
    JpegSpec spec = any_spec();
    spec.restart_interval = 0;
    auto file = make_jpeg(spec);
    for (const JpegSegment& segment : segments_of(file)) {
      if (segment.marker != 0xC4) continue;
      const bool dc = file[segment.content] < 0x10;
      for (size_t at = segment.content + 17; at < segment.end; ++at) {
        if (random_() % 20 == 0) file[at] = static_cast<uint8_t>(random_() % (dc ? 16 : 256));
        if (!dc && random_() % 50 == 0) file[at] = 0xF0;
      }
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 2));
  }
  EXPECT_GT(handed_over_, 200);
}

// Symbols that sequential pictures do not have: libjpeg takes them for the end of the block.
TEST_P(ScanDamage, EndsOfBandsEndBlocks) {
  for (int i = 0; i < 100; ++i) {
    JpegSpec spec = any_spec();
    spec.restart_interval = 0;
    auto file = make_jpeg(spec);
    for (const JpegSegment& segment : segments_of(file)) {
      if (segment.marker != 0xC4 || file[segment.content] < 0x10) continue;
      for (size_t at = segment.content + 17; at < segment.end; ++at) {
        if (file[at] == 0) file[at] = static_cast<uint8_t>(random_() % 15 << 4);
      }
    }
    ASSERT_NO_FATAL_FAILURE(check(file, spec, 2));
  }
  EXPECT_EQ(handed_over_, 0);
}

// Differences of 2047 in each block: the sum would leave an int some rows farther down.
TEST_P(ScanDamage, PredictorsWithoutEnd) {
  for (const bool rising : {true, false}) {
    constexpr int kWidth = 8192;
    constexpr int kHeight = 4200;
    FileBytes file{0xFF, 0xD8};
    const auto append = [&](const FileBytes& more) {
      file = with_inserted(file, file.size(), more);
    };
    FileBytes quant(65, 1);
    quant[0] = 0;
    FileBytes dc(18);
    dc[1] = 1;
    dc[17] = 11;
    FileBytes ac(18);
    ac[0] = 0x10;
    ac[1] = 1;
    append(make_segment(0xDB, quant));
    append(make_segment(0xC4, dc));
    append(make_segment(0xC4, ac));
    append(make_segment(
        0xC0, {8, kHeight >> 8, kHeight & 255, kWidth >> 8, kWidth & 255, 1, 1, 0x11, 0}));
    append(make_segment(0xDA, {1, 1, 0, 0, 63, 0}));
    BitWriter scan;
    for (int block = 0; block < kWidth / 8 * (kHeight / 8); ++block) {
      scan.put(rising ? 0b0'11111111111'0 : 0, 13);
    }
    append(scan.finish());
    append({0xFF, 0xD9});

    // A pixel of a row of blocks whose DC, cut to 16 bits, is a small one: nothing else is odd
    // then.
    const auto reason_in = [&](int row) {
      int column = 0;
      while (std::abs(static_cast<int16_t>(2047 * (row * (kWidth / 8) + column + 1))) > 1100)
        ++column;
      EXPECT_LT(column, kWidth / 8);
      Image image;
      return decoder_.decode(image, file, {8 * column, 8 * row, 1, 1}, nullptr).reason;
    };
    EXPECT_EQ(reason_in(kHeight / 16), DecodeReason::kNone);
    EXPECT_EQ(reason_in(kHeight / 8 - 1), DecodeReason::kData);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, ScanDamage, testing::ValuesIn(baseline_targets()), target_name);

}  // namespace
}  // namespace headrace
