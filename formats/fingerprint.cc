#include "headrace/formats/fingerprint.h"

#include <xxhash.h>

#include "headrace/formats/little_endian.h"

namespace headrace {

// Each part is hashed with the value so far for a seed. XXH3 takes in the length as well, so that
// "ab", "c" is not "a", "bc".
void Fingerprint::add(std::string_view text) {
  value_ = XXH3_64bits_withSeed(text.data(), text.size(), value_);
}

void Fingerprint::add(uint64_t number) {
  uint8_t bytes[sizeof number];
  store_little_endian(bytes, number);
  value_ = XXH3_64bits_withSeed(bytes, sizeof bytes, value_);
}

}  // namespace headrace
