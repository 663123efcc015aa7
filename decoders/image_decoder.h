// Encoded bytes to pixels, whatever the format.
//
//   ImageDecoder decoder(options);                      // one a worker
//   Result<ImageInfo> info = decoder.peek(bytes);       // header only, caps checked
//   Status status = decoder.decode(image, bytes, *info, {x, y, width, height});
//
// Which codec reads the bytes is decided by their first bytes, never by a file's name.
#pragma once

#include <memory>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/decode_options.h"
#include "headrace/decoders/decode_path.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_info.h"
#include "headrace/decoders/index_exchange.h"

namespace headrace {

// Threads: one at a time; workers have one each. Keeps its buffers: in steady use it allocates only
// what libjpeg (for other formats OpenCV) allocates inside for a picture.
class ImageDecoder {
 public:
  explicit ImageDecoder(DecodeOptions options = {});
  ~ImageDecoder();
  ImageDecoder(ImageDecoder&&) noexcept;
  ImageDecoder& operator=(ImageDecoder&&) noexcept;

  // Reads the header. Errors: kUnsupported when the bytes are no known picture ("not a picture:
  // starts with ...") or of a kind that nothing here reads, kCorruptData for a broken header,
  // kResourceExhausted beyond a cap.
  Result<ImageInfo> peek(ByteView bytes);

  // How many times smaller than it is decode() may make a picture: 8 for a JPEG under
  // DecodeAccuracy::kFast, else 1.
  int greatest_scale(const ImageInfo& info) const;

  // Decodes `region` (in the coordinates of `info`) as RGB into `image`, which becomes region.width
  // x region.height; byte for byte what decoding everything and cropping gives. Grey becomes R = G
  // = B, CMYK is converted as Pillow's convert("RGB") does, alpha is dropped. `info` must come from
  // peek() of these bytes. `index`, where given, tells what is known of the picture's inside and
  // takes what was found out; it never changes the outcome.
  //
  // `scale` (1, 2, 4 or 8, at most greatest_scale()): the picture is decoded at 1/scale of its
  // size, scaled_side() of width and height, and the region is one of that smaller picture.
  //
  // Errors: kCorruptData (a JPEG without an end marker, or damaged as far down as the region goes:
  // what lies below it is not read), kInvalidArgument (region outside the picture, no such scale),
  // kUnsupported, kResourceExhausted. After an error the image holds no picture worth keeping.
  Status decode(Image& image, ByteView bytes, const ImageInfo& info, const Region& region,
                IndexExchange* index = nullptr, int scale = 1);

  // Which way decode() would go, as far as the header tells: damage, and what an index knows, come
  // out only there. Errors: those of peek(), and kUnsupported as decode() gives it.
  Result<DecodeRoute> route_of(ByteView bytes);

  // Makes a complete side index of the picture, with an entry every `every` MCUs of a row (0: one
  // at the begin of each row). kNone, or why there is none; `index` is empty then.
  DecodeReason make_index(ByteBuffer& index, ByteView bytes, int every);

  // Which ways the pictures went that decode() made, so far.
  const DecodePathCounts& paths() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
