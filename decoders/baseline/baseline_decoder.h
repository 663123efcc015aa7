// Our own JPEG decoder, for the kind of JPEG that nearly all photographs are: baseline or extended
// sequential, Huffman, 8 bits, one interleaved scan, grey or YCbCr. Bit for bit libjpeg-turbo's
// pixels (islow DCT, fancy or plain upsampling, scaled or not), only those of a region. README.md
// has the picture of it.
#pragma once

#include <memory>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/decode_options.h"
#include "headrace/decoders/decode_path.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/index_exchange.h"

namespace headrace {

// Threads: one at a time; workers have one each. Keeps its buffers: allocates nothing in steady
// use. Keeps nothing of a picture that could change another's pixels.
class BaselineDecoder {
 public:
  explicit BaselineDecoder(DecodeAccuracy accuracy = DecodeAccuracy::kExact);
  ~BaselineDecoder();
  BaselineDecoder(const BaselineDecoder&) = delete;
  BaselineDecoder& operator=(const BaselineDecoder&) = delete;

  struct Outcome {
    // kNone: `image` holds the region's pixels. Any other: libjpeg must decode the picture, or say
    // what is wrong with it; `image` is unspecified.
    DecodeReason reason = DecodeReason::kNone;
    bool indexed = false;  // whether index->known served
  };

  // Decodes `region` of the picture at 1/scale (1, 2, 4, 8; other than 1 for kFast only) of its
  // size into `image`. The region must lie inside that picture, whose size is scaled_side() of what
  // parse_jpeg_header() gives for these bytes; the caller has checked the caps on both, and that
  // the picture has an end marker (libjpeg warns where its reading ahead comes to the end). Every
  // row down to the region's last is looked at for damage, unless a valid index says that it has
  // been. `index` may be null.
  Outcome decode(Image& image, ByteView bytes, const Region& region, IndexExchange* index,
                 int scale = 1);

  // What the header says: kNone where the picture is ours, unless its data turn out to be damaged.
  DecodeReason examine(ByteView bytes);

  // Makes a complete index of the picture, with an entry every `every` MCUs of a row (0: one at the
  // begin of each row; at most 65,535). kNone, or why the picture can have none.
  DecodeReason make_index(ByteBuffer& index, ByteView bytes, int every);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Name of the instruction set used here: "AVX2", "AVX3" (AVX-512), ...; "none" where the decoder
// takes no picture (DecodeReason::kProcessor).
const char* baseline_decoder_target();

}  // namespace headrace
