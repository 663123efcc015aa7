// CRC-32C (Castagnoli; RFC 3720, appendix B.4), the checksum of TFRecord files.
#pragma once

#include <cstdint>

#include "headrace/base/bytes.h"

namespace headrace {

// The checksum of `bytes`, or of `bytes` after others whose checksum is `previous`:
// crc32c(b, crc32c(a)) is the checksum of a and b together.
uint32_t crc32c(ByteView bytes, uint32_t previous = 0);

// What TFRecord stores for a checksum: turned right by 15 bits plus a constant, so that a checksum
// of bytes that hold checksums is not a special case (tensorflow/core/lib/hash/crc32c.h).
constexpr uint32_t mask_crc32c(uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

}  // namespace headrace
