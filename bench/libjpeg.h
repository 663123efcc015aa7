// libjpeg-turbo as a user of its plain API would write it: the yardstick.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "headrace/base/bytes.h"

namespace headrace {

// "libjpeg-turbo 2.1.5", as this was built with.
extern const char* const kLibjpegName;

// Decodes whole JPEGs to interleaved RGB. One decompress struct serves all pictures, the pixels'
// memory is kept, all rows are asked for at once: nothing is left that would make it faster.
//
// Threads: one at a time.
class FullDecoder {
 public:
  FullDecoder();
  ~FullDecoder();
  FullDecoder(const FullDecoder&) = delete;
  FullDecoder& operator=(const FullDecoder&) = delete;

  // CMYK stays CMYK: libjpeg gives no RGB for it. What libjpeg cannot decode ends the program with
  // a message that has `name`: a benchmark has nothing to save. Damage passes.
  void decode(ByteView bytes, const std::string& name);

  // Of the picture decoded last.
  int width() const;
  int height() const;
  const uint8_t* row(int y) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// `decoded` (three channels) as a baseline JPEG with libjpeg's defaults: YCbCr 4:2:0, standard
// Huffman tables.
std::vector<uint8_t> encode_jpeg(const FullDecoder& decoded, int quality);

}  // namespace headrace
