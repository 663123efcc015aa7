#include "headrace/base/keyed_random.h"

namespace headrace {
namespace {

constexpr uint32_t low(uint64_t value) {
  return static_cast<uint32_t>(value);
}
constexpr uint32_t high(uint64_t value) {
  return static_cast<uint32_t>(value >> 32);
}

}  // namespace

std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0];
    const uint64_t p1 = uint64_t{0xCD9E8D57} * c[2];
    c = {high(p1) ^ c[1] ^ k[0], low(p1), high(p0) ^ c[3] ^ k[1], low(p0)};
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c;
}

KeyedRandom::KeyedRandom(const RandomKey& key, RandomPurpose purpose) {
  // Seed, epoch, record and purpose are 224 bits, a block's key and counter 160 besides the block
  // number: the first three go through a block of their own, whose output is the stream's key.
  const std::array<uint32_t, 4> mixed =
      philox4x32({low(key.epoch), high(key.epoch), static_cast<uint32_t>(purpose), 0x68656164},
                 {low(key.seed), high(key.seed)});
  key_ = {mixed[0], mixed[1]};
  counter_ = {0, low(key.record), high(key.record), mixed[2]};
}

uint32_t KeyedRandom::next_u32() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double KeyedRandom::uniform() {
  const uint64_t a = next_u32() >> 5;
  const uint64_t b = next_u32() >> 6;
  return static_cast<double>(a << 26 | b) * 0x1.0p-53;
}

uint32_t KeyedRandom::below(uint32_t bound) {
  uint64_t product = uint64_t{next_u32()} * bound;
  if (low(product) < bound) {
    const uint32_t threshold = -bound % bound;
    while (low(product) < threshold) product = uint64_t{next_u32()} * bound;
  }
  return high(product);
}

}  // namespace headrace
