// Writes a scan.
#pragma once

#include <cstdint>

#include "jpeg_segments.h"

namespace headrace {

// Bits to bytes, with a zero behind each 0xFF; the last byte is filled up with ones.
class BitWriter {
 public:
  void put(unsigned bits, int count) {
    for (int i = count - 1; i >= 0; --i) {
      byte_ = byte_ << 1 | (bits >> i & 1);
      if (++count_ % 8 != 0) continue;
      bytes_.push_back(static_cast<uint8_t>(byte_));
      if (bytes_.back() == 0xFF) bytes_.push_back(0);
    }
  }
  FileBytes finish() {
    while (count_ % 8 != 0) put(1, 1);
    return bytes_;
  }

 private:
  unsigned byte_ = 0;
  int count_ = 0;
  FileBytes bytes_;
};

}  // namespace headrace
