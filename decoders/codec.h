// What every format's decoder does, and the list of those there are.
#pragma once

#include <memory>
#include <span>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_info.h"

namespace headrace {

// Threads: one at a time; workers have one each.
class Codec {
 public:
  virtual ~Codec() = default;

  // Header only, sizes as stored; asks for no memory. Errors: kCorruptData for a broken header,
  // kUnsupported for a variant of the format that nothing here reads.
  virtual Result<ImageInfo> peek(ByteView bytes) = 0;

  // Pixels of `region` into `image`, byte for byte what decoding everything and cropping gives.
  // `info` and `region` are in stored coordinates, the region inside the picture; whoever calls has
  // checked that, and the caps. Errors: kCorruptData, kUnsupported, kResourceExhausted.
  virtual Status decode(Image& image, ByteView bytes, const ImageInfo& info,
                        const Region& region) = 0;
};

// A format by its first bytes.
struct CodecEntry {
  ImageFormat format;
  bool (*matches)(ByteView bytes);
  std::unique_ptr<Codec> (*make)();
};

// Every format that can be told, the most frequent first. A new one is a line here.
std::span<const CodecEntry> codec_list();

}  // namespace headrace
