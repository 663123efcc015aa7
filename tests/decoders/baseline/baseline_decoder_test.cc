// Every picture of the kinds that are ours, cut out anywhere: exactly libjpeg's pixels, and made by
// our own decoder.
#include "headrace/decoders/baseline/baseline_decoder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "baseline_targets.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {
namespace {

class BaselineDecoderTest : public OnEachTarget {
 protected:
  // Cuts `count` random regions out of a picture, by each way of knowing its inside in turn.
  void check_regions(const FileBytes& file, int count) {
    const auto expected = decode_whole(file);
    ASSERT_TRUE(expected.has_value());
    constexpr int kEvery[] = {0, 1, 3, 8};
    ByteBuffer indexes[std::size(kEvery)];
    for (size_t i = 0; i < std::size(kEvery); ++i) {
      ASSERT_EQ(decoder_.make_index(indexes[i], file, kEvery[i]), DecodeReason::kNone);
      ASSERT_FALSE(indexes[i].view().empty());
    }
    grown_.clear();
    for (int i = 0; i < count; ++i) {
      const Region region = random_region(random_, expected->width, expected->height);
      const size_t way = rectangles_ % (std::size(kEvery) + 2);
      if (way < std::size(kEvery)) {
        IndexExchange index;
        index.known = indexes[way].view();
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, region, &index));
      } else if (way == std::size(kEvery)) {
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, region, nullptr));
      } else {
        IndexExchange index;
        index.known = grown_;
        index.record = true;
        ASSERT_NO_FATAL_FAILURE(check(file, *expected, region, &index));
        if (index.grown.size() > 0) {
          grown_.assign(index.grown.view().begin(), index.grown.view().end());
        }
        // So that some pictures are always met anew, some half known, some known.
        if (rectangles_ % 5 == 0) grown_.clear();
      }
    }
  }

  void check(const FileBytes& file, const ReferencePicture& expected, const Region& region,
             IndexExchange* index) {
    ++rectangles_;
    const bool known = index != nullptr && !index->known.empty();
    const BaselineDecoder::Outcome outcome = decoder_.decode(image_, file, region, index);
    ASSERT_EQ(outcome.reason, DecodeReason::kNone);
    ASSERT_EQ(outcome.indexed, known);
    ASSERT_TRUE(holds(image_, expected, region)) << (known ? "indexed" : "not indexed");
  }

  // One for all pictures: nothing of a picture may reach the next.
  BaselineDecoder decoder_;
  Image image_;
  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  FileBytes grown_;
  int rectangles_ = 0;
};

TEST_P(BaselineDecoderTest, RunsTheTargetThatWasAskedFor) {
  EXPECT_STREQ(baseline_decoder_target(), hwy::TargetName(GetParam()));
}

TEST_P(BaselineDecoderTest, CutsSmallPicturesExactly) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    for (int width = 1; width <= 72; ++width) {
      for (int n = 0; n < 3; ++n) {
        const int height = 1 + (width * (3 + 2 * n) + 7 * n) % 72;
        const JpegSpec spec = random_spec(random_, kind, width, height);
        SCOPED_TRACE(describe(spec));
        const auto file = make_jpeg(spec);
        if ((kind == 1 || kind == 3) && width <= 4) {
          EXPECT_EQ(decoder_.examine(file), DecodeReason::kSmall);
          EXPECT_EQ(decoder_.decode(image_, file, {0, 0, 1, 1}, nullptr).reason,
                    DecodeReason::kSmall);
          continue;
        }
        EXPECT_EQ(decoder_.examine(file), DecodeReason::kNone);
        ASSERT_NO_FATAL_FAILURE(check_regions(file, 16));
      }
    }
  }
  EXPECT_GE(rectangles_, 20'000);
}

TEST_P(BaselineDecoderTest, CutsLargerPicturesExactly) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    for (const auto& [width, height] :
         {std::pair{1500, 40}, {40, 1500}, {257, 190}, {384, 256}, {255, 130}, {700, 33}}) {
      const JpegSpec spec = random_spec(random_, kind, width, height);
      SCOPED_TRACE(describe(spec));
      ASSERT_NO_FATAL_FAILURE(check_regions(make_jpeg(spec), 24));
    }
  }
}

// Every width and place of a region about the edges of vectors, blocks and chunks of them.
TEST_P(BaselineDecoderTest, CutsAtEveryColumnAndRow) {
  for (int kind = 0; kind < kPictureKinds; ++kind) {
    const JpegSpec spec = random_spec(random_, kind, 301, 99);
    SCOPED_TRACE(describe(spec));
    const auto file = make_jpeg(spec);
    const auto expected = decode_whole(file);
    ASSERT_TRUE(expected.has_value());
    for (int x = 0; x < spec.width; ++x) {
      const int width = 1 + x * 7 % (spec.width - x);
      ASSERT_NO_FATAL_FAILURE(check(file, *expected, {x, x % 90, width, 2}, nullptr));
    }
    for (int y = 0; y < spec.height; ++y) {
      const int height = 1 + y * 5 % (spec.height - y);
      ASSERT_NO_FATAL_FAILURE(check(file, *expected, {y, y, 20, height}, nullptr));
    }
  }
}

// With buffers of no more than the sizes needed where that can be had, for AddressSanitizer.
TEST_P(BaselineDecoderTest, StaysInsideItsBuffers) {
  for (int i = 0; i < 400; ++i) {
    const int kind = i % kPictureKinds;
    const JpegSpec spec = random_spec(random_, kind, 5 + static_cast<int>(random_() % 150),
                                      1 + static_cast<int>(random_() % 60));
    SCOPED_TRACE(describe(spec));
    const auto made = make_jpeg(spec);
    const auto file = exact_copy(made, made.size());
    const auto expected = decode_whole(file);
    ASSERT_TRUE(expected.has_value());
    BaselineDecoder decoder;
    const Region region = random_region(random_, spec.width, spec.height);
    Image image = tight_image(region.width, region.height);
    ASSERT_EQ(decoder.decode(image, file, region, nullptr).reason, DecodeReason::kNone);
    ASSERT_TRUE(holds(image, *expected, region));
  }
}

TEST_P(BaselineDecoderTest, TakesExtendedSequentialFrames) {
  auto file = make_jpeg({});
  file[segment_of(file, 0xC0).begin + 1] = 0xC1;
  ASSERT_NO_FATAL_FAILURE(check_regions(file, 20));
}

// Tables by other numbers, those of luma for chroma and the other way round: the scan's names
// count.
TEST_P(BaselineDecoderTest, TakesTablesAsTheScanNamesThem) {
  auto file = make_jpeg({.width = 70, .height = 40, .h_sampling = 2, .v_sampling = 2});
  size_t renamed = 0;
  for (const JpegSegment& segment : segments_of(file)) {
    if (segment.marker != 0xC4) continue;
    file[segment.content] =
        static_cast<uint8_t>((file[segment.content] & 0xF0) | (3 - (file[segment.content] & 15)));
    ++renamed;
  }
  ASSERT_EQ(renamed, 4U);
  const size_t scan = segment_of(file, 0xDA).content;
  for (size_t i = 0; i < 3; ++i) file[scan + 2 + 2 * i] = i == 0 ? 0x33 : 0x22;
  ASSERT_NO_FATAL_FAILURE(check_regions(file, 20));
}

// So many that they stand at every place of the pieces that a scan is read by.
TEST_P(BaselineDecoderTest, PassesThousandsOfRestartMarkers) {
  for (int i = 0; i < 6; ++i) {
    const JpegSpec spec{.width = 1000, .height = 800, .components = 1, .restart_interval = 1};
    std::vector<uint8_t> samples(size_t{1000} * 800);
    for (uint8_t& sample : samples)
      sample = static_cast<uint8_t>(100 + random_() % (20 + 3 * i) / 20);
    const auto file = make_jpeg(spec, samples);
    ASSERT_GT(file.size(), 40'000U);
    ASSERT_NO_FATAL_FAILURE(check_regions(file, 12));
  }
}

TEST_P(BaselineDecoderTest, LeavesCodesThatLibjpegRefusesToLibjpeg) {
  for (const int number : {0, 1, 2, 3}) {
    auto file = make_jpeg({});
    int seen = 0;
    for (const JpegSegment& segment : segments_of(file)) {
      if (segment.marker != 0xC4 || seen++ != number) continue;
      file[segment.content + 1] = 2;  // two codes of one bit: the second is all ones
      file[segment.content + 16] = static_cast<uint8_t>(file[segment.content + 16] - 2);
      if (file[segment.content] < 0x10) {  // these have no codes of 16 bits to take away
        file[segment.content + 1] = 0;
        file[segment.content + 16] = 0;
        file[segment.content + 17] = 16;  // a value of 16 bits
      }
    }
    ByteBuffer index;
    EXPECT_EQ(decoder_.examine(file), DecodeReason::kHeader);
    EXPECT_EQ(decoder_.make_index(index, file, 0), DecodeReason::kHeader);
    EXPECT_EQ(decoder_.decode(image_, file, {0, 0, 9, 9}, nullptr).reason, DecodeReason::kHeader);
  }
}

TEST_P(BaselineDecoderTest, RefusesRegionsOutsideThePicture) {
  const auto file = make_jpeg({.width = 30, .height = 20});
  constexpr int kMost = std::numeric_limits<int>::max();
  for (const Region& region :
       {Region{0, 0, 31, 20}, Region{0, 0, 30, 21}, Region{-1, 0, 5, 5}, Region{0, -1, 5, 5},
        Region{0, 0, 0, 5}, Region{0, 0, 5, 0}, Region{26, 0, 5, 5}, Region{0, 16, 5, 5},
        Region{kMost, 0, 5, 5}, Region{0, kMost, 5, 5}, Region{0, 0, kMost, 5},
        Region{5, 5, 5, kMost}, Region{0, 0, -5, 5}, Region{0, 0, 5, -5}}) {
    EXPECT_EQ(decoder_.decode(image_, file, region, nullptr).reason, DecodeReason::kHeader);
  }
}

// The photographs that come with the tests: should one of them go another way, this fails.
TEST_P(BaselineDecoderTest, TakesThePhotographsOfTheTests) {
  const auto files = list_jpegs(HEADRACE_TEST_DATA "/sign-digits", 100'000);
  EXPECT_EQ(files.size(), 1652U);
  for (const std::string& name : files) {
    SCOPED_TRACE(name);
    ASSERT_NO_FATAL_FAILURE(check_regions(read_file(name), 6));
  }
}

// HEADRACE_BENCH_DATA: a folder of photographs that are ours to decode.
TEST_P(BaselineDecoderTest, TakesThePhotographsOfTheBench) {
  const char* const folder = std::getenv("HEADRACE_BENCH_DATA");
  if (folder == nullptr) GTEST_SKIP() << "HEADRACE_BENCH_DATA is not set";
  const auto files = list_jpegs(folder, 100'000);
  ASSERT_FALSE(files.empty());
  for (const std::string& name : files) {
    SCOPED_TRACE(name);
    ASSERT_NO_FATAL_FAILURE(check_regions(read_file(name), 12));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, BaselineDecoderTest, testing::ValuesIn(baseline_targets()),
                         target_name);

}  // namespace
}  // namespace headrace
