// What every format's decoder does, and the list of those there are.
#pragma once

#include <memory>
#include <span>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/decode_options.h"
#include "headrace/decoders/decode_path.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_info.h"
#include "headrace/decoders/index_exchange.h"

namespace headrace {

// Threads: one at a time; workers have one each.
class Codec {
 public:
  virtual ~Codec() = default;

  // Header only, sizes as stored; asks for no memory. Errors: kCorruptData for a broken header,
  // kUnsupported for a variant of the format that nothing here reads.
  virtual Result<ImageInfo> peek(ByteView bytes) = 0;

  // Pixels of `region` into `image`, byte for byte what decoding everything at 1/scale of its size
  // and cropping gives. `info` and `region` are in stored coordinates, the region inside the scaled
  // picture; whoever calls has checked that, the scale, and the caps. `route` says how they were
  // made. `index` may be null; its `grown` is empty on entry. Errors: kCorruptData, kUnsupported,
  // kResourceExhausted.
  virtual Status decode(Image& image, DecodeRoute& route, ByteView bytes, const ImageInfo& info,
                        const Region& region, int scale, IndexExchange* index) = 0;

  // Which way decode() would go, as far as the header tells. `bytes` are those of a good peek().
  virtual Result<DecodeRoute> route_of(ByteView /*bytes*/) {
    return DecodeRoute{DecodePath::kOpencv, DecodeReason::kNotJpeg};
  }

  // As ImageDecoder::make_index().
  virtual DecodeReason make_index(ByteBuffer& /*index*/, ByteView /*bytes*/, int /*every*/) {
    return DecodeReason::kNotJpeg;
  }
};

// A format by its first bytes.
struct CodecEntry {
  ImageFormat format;
  bool (*matches)(ByteView bytes);
  std::unique_ptr<Codec> (*make)(const DecodeOptions& options);
};

// Every format that can be told, the most frequent first. A new one is a line here.
std::span<const CodecEntry> codec_list();

}  // namespace headrace
