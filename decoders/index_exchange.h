// What a decoder is told about a picture's inside, and what it found out.
#pragma once

#include "headrace/base/bytes.h"

namespace headrace {

// Goes into ImageDecoder::decode() and comes back. The bytes are those of baseline/jpeg_index.h;
// whoever stores them need not understand them.
struct IndexExchange {
  // In: what is stored for this picture; empty where nothing is. It is checked against the picture
  // before anything of it is used, so it may be stale, damaged or forged.
  ByteView known;
  // In: whether to fill `grown`.
  bool record = false;

  // Out: what to store instead of `known`; empty where that says as much, or nothing could be said.
  // Never describes damaged rows.
  ByteBuffer grown;
};

}  // namespace headrace
