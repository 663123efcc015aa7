#include "headrace/augment/normalise.h"

#include <gtest/gtest.h>

#include <bit>

namespace headrace {
namespace {

const std::array<float, 3> kMean{0.485F, 0.456F, 0.406F};
const std::array<float, 3> kStd{0.229F, 0.224F, 0.225F};

// Each step through memory, so that nothing is kept at more than float's precision.
float torchvision(uint8_t p, float mean, float std) {
  volatile float value = static_cast<float>(p);
  value = value / 255.0F;
  value = value - mean;
  value = value / std;
  return value;
}

TEST(Normaliser, TableAndProductsHaveTheBitsOfThreeRoundedOperations) {
  const Normaliser normaliser(kMean, kStd);
  EXPECT_TRUE(normaliser.products_are_exact());
  for (int c = 0; c < 3; ++c) {
    for (int p = 0; p < 256; ++p) {
      const uint8_t byte = static_cast<uint8_t>(p);
      const uint32_t want = std::bit_cast<uint32_t>(torchvision(byte, kMean[c], kStd[c]));
      EXPECT_EQ(std::bit_cast<uint32_t>(normaliser(c, byte)), want) << c << ' ' << p;
      EXPECT_EQ(std::bit_cast<uint32_t>(normaliser.table(c)[p]), want) << c << ' ' << p;
      EXPECT_EQ(std::bit_cast<uint32_t>(Normaliser::products(normaliser.channel(c), byte)), want);
    }
  }
}

// numpy: (numpy.float32(p) / numpy.float32(255) - mean) / std, as bits.
TEST(Normaliser, GoldenBits) {
  const Normaliser normaliser(kMean, kStd);
  const struct {
    int channel;
    uint8_t value;
    uint32_t bits;
  } golden[] = {{0, 0, 0xc0078bbd},   {0, 1, 0xc006732b},   {0, 77, 0xbf4c9ec9},
                {0, 128, 0x3d97af32}, {0, 200, 0x3fa74d4f}, {0, 255, 0x400fee1d},
                {1, 0, 0xc0024924},   {1, 1, 0xc0012a4f},   {1, 77, 0xbf300b78},
                {1, 128, 0x3e521b48}, {1, 200, 0x3fbb9b9c}, {1, 255, 0x401b6db7},
                {2, 0, 0xbfe6f809},   {2, 1, 0xbfe4bcea},   {2, 77, 0xbeecbf39},
                {2, 128, 0x3eda5d3c}, {2, 200, 0x3fd737ef}, {2, 255, 0x4028f5c3}};
  for (const auto& g : golden) {
    EXPECT_EQ(std::bit_cast<uint32_t>(normaliser(g.channel, g.value)), g.bits)
        << g.channel << ' ' << int{g.value};
  }
}

TEST(Normaliser, KnowsWhenProductsAreNotExact) {
  const Normaliser tiny_std({0.5F, 0.5F, 0.5F}, {1e-39F, 1.0F, 1.0F});  // 1 / std overflows
  EXPECT_FALSE(tiny_std.products_are_exact());
  const Normaliser plain({0, 0, 0}, {1, 1, 1});
  EXPECT_TRUE(plain.products_are_exact());
  EXPECT_EQ(plain(1, 255), 1.0F);
  EXPECT_EQ(plain(2, 51), 51.0F / 255);
}

}  // namespace
}  // namespace headrace
