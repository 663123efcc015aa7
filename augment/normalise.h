// (p / 255 - mean) / std of one byte p, with the bits that torchvision's ToTensor and Normalize
// give.
#pragma once

#include <array>
#include <cstdint>

namespace headrace {

// The three float32 operations (divide, subtract, divide), each rounded, for the three channels: as
// a table, and as multiplications that vector code can afford.
//
// A quotient x / d is written fma(x, high, x * low), where high + low is 1 / d to about twice
// float's precision. That nearly always rounds as the division does, and with 256 bytes x 3
// channels it is cheap to know instead of to hope: the constructor compares them all.
//
// Threads: constant after construction.
class Normaliser {
 public:
  // Constants of one channel.
  struct Channel {
    float mean;
    float inverse_std_high;
    float inverse_std_low;
  };

  // mean and std of R, G, B in 0..1; std is positive.
  Normaliser(const std::array<float, 3>& mean, const std::array<float, 3>& std);

  float operator()(int channel, uint8_t value) const { return table_[channel][value]; }
  // All 256 results of a channel.
  const std::array<float, 256>& table(int channel) const { return table_[channel]; }

  // Whether products() equals the table for every byte of every channel.
  bool products_are_exact() const { return products_are_exact_; }
  const Channel& channel(int index) const { return channels_[index]; }

  // 1 / 255 in two parts.
  static const float kInverse255High;
  static const float kInverse255Low;
  // What vector code computes, one value at a time.
  static float products(const Channel& channel, uint8_t value);

 private:
  std::array<Channel, 3> channels_;
  std::array<std::array<float, 256>, 3> table_;
  bool products_are_exact_ = true;
};

}  // namespace headrace
