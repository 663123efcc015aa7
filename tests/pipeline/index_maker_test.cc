#include "headrace/pipeline/index_maker.h"

#include <gtest/gtest.h>

#include "index_data.h"

namespace headrace {
namespace {

const JpegSpec kColour{.width = 200, .height = 150, .h_sampling = 2, .v_sampling = 2};

class IndexMakerTest : public testing::Test {
 protected:
  // Makes `index` complete; what came of it.
  IndexMaker::Outcome make(std::string& index, const std::string& picture, int every = 0) {
    ByteBuffer buffer;
    buffer.resize(index.size());
    std::copy(index.begin(), index.end(), buffer.data());
    const IndexMaker::Outcome outcome = IndexMaker(decoder_, every).make(buffer, as_bytes(picture));
    index = as_text(buffer.view());
    return outcome;
  }
  // Decodes the picture's last row with what is known; whether the index served.
  bool serves(const std::string& index, const std::string& picture) {
    ImageDecoder decoder;
    const ImageInfo info = decoder.peek(as_bytes(picture)).value();
    IndexExchange exchange;
    exchange.known = as_bytes(index);
    Image image;
    const Region row{0, info.height - 1, info.width, 1};
    EXPECT_TRUE(decoder.decode(image, as_bytes(picture), info, row, &exchange).ok());
    return decoder.paths().entries().at(0).route.path == DecodePath::kOwnIndexed;
  }

  ImageDecoder decoder_;
};

TEST_F(IndexMakerTest, MakesOneThatServes) {
  const std::string picture = make_picture(kColour);
  std::string index;
  const IndexMaker::Outcome outcome = make(index, picture);
  EXPECT_EQ(outcome.reason, DecodeReason::kNone);
  EXPECT_FALSE(outcome.kept);
  EXPECT_TRUE(serves(index, picture));
}

TEST_F(IndexMakerTest, KeepsACompleteOne) {
  const std::string picture = make_picture(kColour);
  std::string index = complete_index(picture);
  const std::string before = index;
  EXPECT_TRUE(make(index, picture).kept);
  EXPECT_EQ(index, before);
}

TEST_F(IndexMakerTest, EveryIsWhatIsAskedForOrFinerWhereNothingIs) {
  const std::string picture = make_picture(kColour);
  const std::string rows = complete_index(picture);
  const std::string fine = complete_index(picture, 2);
  EXPECT_GT(fine.size(), 3 * rows.size());
  std::string index = rows;
  EXPECT_FALSE(make(index, picture, 2).kept);
  EXPECT_EQ(index, fine);
  EXPECT_TRUE(make(index, picture, 2).kept);
  EXPECT_TRUE(make(index, picture, 0).kept) << "finer than asked for";
  EXPECT_EQ(index, fine);
  EXPECT_FALSE(make(index, picture, 4).kept) << "four was asked for";
  EXPECT_EQ(index, complete_index(picture, 4));
}

TEST_F(IndexMakerTest, ReplacesOneThatIsPartialStaleOrDamaged) {
  const std::string picture = make_picture(kColour);
  const std::string complete = complete_index(picture);
  IndexExchange exchange;
  exchange.record = true;
  Image image;
  const ImageInfo info = decoder_.peek(as_bytes(picture)).value();
  ASSERT_TRUE(decoder_.decode(image, as_bytes(picture), info, {0, 0, 50, 40}, &exchange).ok());
  const std::string partial(as_text(exchange.grown.view()));
  ASSERT_FALSE(partial.empty());
  ASSERT_LT(partial.size(), complete.size());

  JpegSpec other = kColour;
  other.seed = 2;
  std::string damaged = complete;
  damaged[20] ^= 1;
  for (const std::string& stored : {partial, complete_index(make_picture(other)), damaged,
                                    std::string("forged"), std::string(5000, '\0')}) {
    std::string index = stored;
    EXPECT_FALSE(make(index, picture).kept);
    EXPECT_EQ(index, complete);
  }
}

TEST_F(IndexMakerTest, SaysWhyAPictureCanHaveNoneAndForgetsWhatWasStored) {
  const std::string whole = make_picture(kColour);
  const std::string cut = whole.substr(0, whole.size() / 2);
  const std::vector<std::pair<std::string, DecodeReason>> pictures = {
      {make_picture({.progressive = true}), DecodeReason::kProgressive},
      {make_picture({.components = 4}), DecodeReason::kColourSpace},
      {make_picture({.separate_scans = true}), DecodeReason::kSeveralScans},
      {"P5 1 1 255\n.", DecodeReason::kNotJpeg},
      {cut, DecodeReason::kData}};
  IndexCounts counts;
  for (const auto& [picture, reason] : pictures) {
    std::string index = complete_index(whole);
    const IndexMaker::Outcome outcome = make(index, picture);
    EXPECT_EQ(outcome.reason, reason);
    EXPECT_FALSE(outcome.kept);
    EXPECT_EQ(index, "");
    counts.count(outcome, index.size());
    EXPECT_EQ(counts.without[static_cast<size_t>(reason)], 1);
  }
  EXPECT_EQ(counts.pictures_with(), 0);
  EXPECT_EQ(counts.pictures_without(), 5);
}

TEST_F(IndexMakerTest, CountsAddUp) {
  IndexCounts a;
  a.count({DecodeReason::kNone, /*kept=*/true}, 100);
  a.count({DecodeReason::kNone, /*kept=*/false}, 20);
  a.count({DecodeReason::kSmall, /*kept=*/false}, 0);
  IndexCounts b = a;
  b.add(a);
  EXPECT_EQ(b.kept, 2);
  EXPECT_EQ(b.made, 2);
  EXPECT_EQ(b.bytes, 240U);
  EXPECT_EQ(b.without[static_cast<size_t>(DecodeReason::kSmall)], 2);
}

}  // namespace
}  // namespace headrace
