// Complete indexes for one JPEG after the other.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/decode_path.h"
#include "headrace/decoders/image_decoder.h"

namespace headrace {

// The coarsest that IndexMaker and the layout of an index (jpeg_index.h) take.
inline constexpr int kMaxIndexEvery = 65'535;

// Makes what is not there yet.
//
// Threads: one at a time. Keeps its buffers.
class IndexMaker {
 public:
  // every: an entry every so many MCUs of a row, up to kMaxIndexEvery. 0: one at the begin of each
  // row; what is there and finer than that is kept. `decoder` must outlive this.
  IndexMaker(ImageDecoder& decoder, int every) : decoder_(decoder), every_(every) {}

  struct Outcome {
    DecodeReason reason = DecodeReason::kNone;  // why the picture can have none
    bool kept = false;                          // what was there is complete, and as wanted
  };

  // In: what is stored for this picture, or nothing; it may be stale, damaged or forged. Out: the
  // picture's complete index; empty where it can have none. Rows are walked over only where
  // something has to be made; checking alone costs a checksum over the picture. `picture` has
  // passed the decoder's peek().
  Outcome make(ByteBuffer& index, ByteView picture);

 private:
  bool is_complete(ByteView index, ByteView picture) const;

  ImageDecoder& decoder_;
  const int every_;
  ByteBuffer made_;
};

// How many pictures fared how.
struct IndexCounts {
  int64_t made = 0;
  int64_t kept = 0;    // had a complete one
  uint64_t bytes = 0;  // of the indexes of both
  std::array<int64_t, kDecodeReasonCount>
      without{};  // pictures that can have none, by DecodeReason

  void count(const IndexMaker::Outcome& outcome, uint64_t index_bytes);
  void add(const IndexCounts& other);
  int64_t pictures_with() const { return made + kept; }
  int64_t pictures_without() const;
};

}  // namespace headrace
