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
#include <string_view>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image.h"

namespace headrace {

enum class ImageFormat { kJpeg, kPng, kWebp, kBmp, kTiff, kPnm };

std::string_view image_format_name(ImageFormat format);  // "jpeg", "png", ...

// What the header says. Width and height are those of the picture that decode() gives: upright ones
// when DecodeOptions::apply_exif_orientation is set and the file has an orientation.
struct ImageInfo {
  ImageFormat format = ImageFormat::kJpeg;
  int width = 0;
  int height = 0;
  int channels = 0;     // as stored: 1 grey, 3 colour, 4 CMYK or alpha
  int orientation = 1;  // EXIF 1..8 as stored; 1 where there is none
};

struct DecodeOptions {
  // Behaviour.
  bool apply_exif_orientation = false;  // torchvision and Pillow do not, by default
  // Caps, checked before memory is asked for.
  uint64_t max_pixels = 178'956'970;  // Pillow refuses above twice its MAX_IMAGE_PIXELS: 2 * (2^30 / 4 / 3)
  uint64_t max_encoded_bytes = uint64_t{1} << 30;
};

// Threads: one at a time; workers have one each.
class Codec {
 public:
  virtual ~Codec() = default;
  // Header only. Errors: kCorruptData for a broken header.
  virtual Result<ImageInfo> peek(ByteView bytes) = 0;
  // Pixels of `region` (in stored coordinates, inside the picture), equal to decoding all and cropping.
  virtual Status decode(Image& image, ByteView bytes, const ImageInfo& info, const Region& region) = 0;
};

// Threads: one at a time; workers have one each. Keeps its buffers, so steady use allocates nothing.
class ImageDecoder {
 public:
  explicit ImageDecoder(DecodeOptions options = {});
  ~ImageDecoder();

  // Reads the header. Errors: kUnsupported when the bytes are no known picture ("not a picture:
  // starts with ..."), kCorruptData for a broken header, kResourceExhausted beyond a cap.
  Result<ImageInfo> peek(ByteView bytes);

  // Decodes `region` (in the coordinates of `info`) as RGB into `image`, which becomes region.width x
  // region.height; byte for byte what decoding everything and cropping gives. Grey becomes R = G = B,
  // CMYK is converted as Pillow's convert("RGB") does. `info` must come from peek() of these bytes.
  // Errors: kCorruptData (truncated or damaged), kInvalidArgument (region outside the picture).
  Status decode(Image& image, ByteView bytes, const ImageInfo& info, const Region& region);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
