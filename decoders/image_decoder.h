// Encoded bytes to pixels, whatever the format.
//
//   ImageDecoder decoder(options);                      // one a worker
//   Result<ImageInfo> info = decoder.peek(bytes);       // header only, caps checked
//   Status status = decoder.decode(image, bytes, *info, {x, y, width, height});
//
// Which codec reads the bytes is decided by their first bytes, never by a file's name.
#pragma once

#include <cstdint>
#include <memory>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image.h"
#include "headrace/decoders/image_info.h"

namespace headrace {

struct DecodeOptions {
  // Behaviour.
  bool apply_exif_orientation = false;  // torchvision and Pillow do not, by default
  // Caps, checked before memory is asked for.
  uint64_t max_pixels = 178'956'970;  // Pillow's limit: twice MAX_IMAGE_PIXELS, 2 * (2^30 / 4 / 3)
  uint64_t max_encoded_bytes = uint64_t{1} << 30;
};

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

  // Decodes `region` (in the coordinates of `info`) as RGB into `image`, which becomes region.width
  // x region.height; byte for byte what decoding everything and cropping gives. Grey becomes R = G
  // = B, CMYK is converted as Pillow's convert("RGB") does, alpha is dropped. `info` must come from
  // peek() of these bytes. Errors: kCorruptData (truncated or damaged as far down as the region
  // goes: what lies below it in a JPEG is not read), kInvalidArgument (region outside the picture),
  // kUnsupported, kResourceExhausted. After an error the image holds no picture worth keeping.
  Status decode(Image& image, ByteView bytes, const ImageInfo& info, const Region& region);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
