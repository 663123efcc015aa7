#include "headrace/decoders/image_decoder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "headrace/decoders/codec.h"
#include "headrace/decoders/orientation.h"

namespace headrace {
namespace {

// The first bytes as text for a message: what is not printable as \x00.
std::string beginning(ByteView bytes) {
  constexpr size_t kShown = 16;
  std::string text;
  for (const uint8_t byte : bytes.first(std::min(bytes.size(), kShown))) {
    if (byte >= ' ' && byte <= '~') {
      text.push_back(static_cast<char>(byte));
    } else {
      text += fmt::format("\\x{:02x}", byte);
    }
  }
  return text;
}

bool lies_inside(const Region& region, int width, int height) {
  return region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0 &&
         region.width <= width && region.x <= width - region.width && region.height <= height &&
         region.y <= height - region.height;
}

}  // namespace

struct ImageDecoder::State {
  explicit State(const DecodeOptions& decode_options)
      : options(decode_options), codecs(codec_list().size()) {}

  // The codec that reads `bytes`, made when first needed.
  Result<Codec*> codec_for(ByteView bytes) {
    if (bytes.empty()) return corrupt_data("empty file");
    if (bytes.size() > options.max_encoded_bytes) {
      return resource_exhausted("encoded picture of {} bytes, {} are allowed", bytes.size(),
                                options.max_encoded_bytes);
    }
    for (size_t i = 0; i < codecs.size(); ++i) {
      const CodecEntry& entry = codec_list()[i];
      if (!entry.matches(bytes)) continue;
      if (codecs[i] == nullptr) codecs[i] = entry.make(options);
      return codecs[i].get();
    }
    return unsupported("not a picture: starts with '{}'", beginning(bytes));
  }

  bool turns(const ImageInfo& info) const {
    return options.apply_exif_orientation && info.orientation != 1;
  }

  // Upright sizes to stored ones, and back.
  ImageInfo with_sides_swapped_if_turned(ImageInfo info) const {
    if (turns(info) && orientation_swaps_sides(info.orientation)) {
      std::swap(info.width, info.height);
    }
    return info;
  }

  DecodeOptions options;
  std::vector<std::unique_ptr<Codec>> codecs;  // as codec_list(); empty until met
  Image stored;                                // pixels yet to be turned
  DecodePathCounts paths;
};

std::string_view image_format_name(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "jpeg";
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kWebp:
      return "webp";
    case ImageFormat::kBmp:
      return "bmp";
    case ImageFormat::kTiff:
      return "tiff";
    case ImageFormat::kPnm:
      return "pnm";
  }
  return "unknown";
}

ImageDecoder::ImageDecoder(DecodeOptions options) : state_(std::make_unique<State>(options)) {}
ImageDecoder::~ImageDecoder() = default;
ImageDecoder::ImageDecoder(ImageDecoder&&) noexcept = default;
ImageDecoder& ImageDecoder::operator=(ImageDecoder&&) noexcept = default;

Result<ImageInfo> ImageDecoder::peek(ByteView bytes) {
  HEADRACE_ASSIGN_OR_RETURN(Codec* const codec, state_->codec_for(bytes));
  HEADRACE_ASSIGN_OR_RETURN(const ImageInfo info, codec->peek(bytes));
  const uint64_t pixels = static_cast<uint64_t>(info.width) * static_cast<uint64_t>(info.height);
  if (pixels > state_->options.max_pixels) {
    return resource_exhausted("{} of {} x {} pixels, {} are allowed",
                              image_format_name(info.format), info.width, info.height,
                              state_->options.max_pixels);
  }
  return state_->with_sides_swapped_if_turned(info);
}

int ImageDecoder::greatest_scale(const ImageInfo& info) const {
  constexpr int kGreatestJpegScale = 8;
  const bool scales =
      info.format == ImageFormat::kJpeg && state_->options.accuracy == DecodeAccuracy::kFast;
  return scales ? kGreatestJpegScale : 1;
}

Status ImageDecoder::decode(Image& image, ByteView bytes, const ImageInfo& info,
                            const Region& region, IndexExchange* index, int scale) {
  if (index != nullptr) index->grown.resize(0);
  if ((scale != 1 && scale != 2 && scale != 4 && scale != 8) || scale > greatest_scale(info)) {
    return invalid_argument("scale is {}, not 1, 2, 4 or 8 up to {}", scale, greatest_scale(info));
  }
  const int width = scaled_side(info.width, scale);
  const int height = scaled_side(info.height, scale);
  if (!lies_inside(region, width, height)) {
    return invalid_argument("region of {} x {} at ({}, {}) is not inside a picture of {} x {}",
                            region.width, region.height, region.x, region.y, width, height);
  }
  HEADRACE_ASSIGN_OR_RETURN(Codec* const codec, state_->codec_for(bytes));
  DecodeRoute route;
  if (state_->turns(info)) {
    const ImageInfo stored = state_->with_sides_swapped_if_turned(info);
    const Region part = stored_region(region, info.orientation, scaled_side(stored.width, scale),
                                      scaled_side(stored.height, scale));
    HEADRACE_RETURN_IF_ERROR(
        codec->decode(state_->stored, route, bytes, stored, part, scale, index));
    turn_upright(image, state_->stored, info.orientation);
  } else {
    HEADRACE_RETURN_IF_ERROR(codec->decode(image, route, bytes, info, region, scale, index));
  }
  state_->paths.count(route.path, route.reason);
  return Status();
}

Result<DecodeRoute> ImageDecoder::route_of(ByteView bytes) {
  HEADRACE_RETURN_IF_ERROR(peek(bytes).status());
  HEADRACE_ASSIGN_OR_RETURN(Codec* const codec, state_->codec_for(bytes));
  return codec->route_of(bytes);
}

DecodeReason ImageDecoder::make_index(ByteBuffer& index, ByteView bytes, int every) {
  index.resize(0);
  const Result<Codec*> codec = state_->codec_for(bytes);
  if (!codec.ok()) return DecodeReason::kNotJpeg;
  const DecodeReason reason = (*codec)->make_index(index, bytes, every);
  if (reason != DecodeReason::kNone) index.resize(0);
  return reason;
}

const DecodePathCounts& ImageDecoder::paths() const {
  return state_->paths;
}

}  // namespace headrace
