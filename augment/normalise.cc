// Compiled with -ffp-contract=off, as the whole room: each operation below is rounded by itself.
#include "headrace/augment/normalise.h"

#include <bit>
#include <cmath>

namespace headrace {

const float Normaliser::kInverse255High = 1.0F / 255;
const float Normaliser::kInverse255Low = static_cast<float>(1.0 / 255 - double{kInverse255High});

float Normaliser::products(const Channel& channel, uint8_t value) {
  const float p = value;
  const float unit = std::fma(p, kInverse255High, p * kInverse255Low);
  const float centred = unit - channel.mean;
  return std::fma(centred, channel.inverse_std_high, centred * channel.inverse_std_low);
}

Normaliser::Normaliser(const std::array<float, 3>& mean, const std::array<float, 3>& std) {
  for (int c = 0; c < 3; ++c) {
    Channel& channel = channels_[c];
    channel.mean = mean[c];
    channel.inverse_std_high = static_cast<float>(1.0 / double{std[c]});
    channel.inverse_std_low =
        static_cast<float>(1.0 / double{std[c]} - double{channel.inverse_std_high});
    for (int p = 0; p < 256; ++p) {
      const float unit = static_cast<float>(p) / 255.0F;
      const float centred = unit - mean[c];
      table_[c][p] = centred / std[c];
      const float product = products(channel, static_cast<uint8_t>(p));
      // As bits, since -0 equals 0.
      if (std::bit_cast<uint32_t>(product) != std::bit_cast<uint32_t>(table_[c][p])) {
        products_are_exact_ = false;
      }
    }
  }
}

}  // namespace headrace
