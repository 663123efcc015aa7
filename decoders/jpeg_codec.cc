#include "headrace/decoders/jpeg_codec.h"

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "headrace/decoders/jpeg_header.h"
#include "headrace/decoders/libjpeg_decoder.h"
#include "headrace/decoders/opencv_codec.h"

namespace headrace {
namespace {

class JpegCodec final : public Codec {
 public:
  explicit JpegCodec(const DecodeOptions& options)
      : choice_(options.jpeg_decoder),
        accuracy_(options.accuracy),
        own_(options.accuracy),
        libjpeg_(options.strict_jpeg, options.accuracy) {}

  Result<ImageInfo> peek(ByteView bytes) override { return parse_jpeg_header(bytes); }

  Status decode(Image& image, DecodeRoute& route, ByteView bytes, const ImageInfo& info,
                const Region& region, int scale, IndexExchange* index) override {
    if (!has_jpeg_end_marker(bytes)) {
      return corrupt_data("premature end of JPEG file: no end marker in its {} bytes",
                          bytes.size());
    }
    switch (choice_) {
      case JpegDecoderChoice::kAuto:
      case JpegDecoderChoice::kOwn:
        return decode_own(image, route, bytes, info, region, scale, index);
      case JpegDecoderChoice::kLibjpeg:
        route = {DecodePath::kLibjpeg, DecodeReason::kChosen};
        return libjpeg_.decode(image, bytes, info, region, scale);
      case JpegDecoderChoice::kOpencv:
        return decode_opencv(image, route, bytes, info, region, scale);
    }
    return internal_error("no such JPEG decoder");
  }

  Result<DecodeRoute> route_of(ByteView bytes) override {
    switch (choice_) {
      case JpegDecoderChoice::kAuto:
      case JpegDecoderChoice::kOwn:
        break;
      case JpegDecoderChoice::kLibjpeg:
        return DecodeRoute{DecodePath::kLibjpeg, DecodeReason::kChosen};
      case JpegDecoderChoice::kOpencv:
        HEADRACE_ASSIGN_OR_RETURN(const ImageInfo info, peek(bytes));
        return opencv_route(info);
    }
    const DecodeReason reason = own_.examine(bytes);
    HEADRACE_RETURN_IF_ERROR(check_choice(reason));
    return own_route(reason, /*indexed=*/false);
  }

  DecodeReason make_index(ByteBuffer& index, ByteView bytes, int every) override {
    if (!peek(bytes).ok()) return DecodeReason::kHeader;
    if (!has_jpeg_end_marker(bytes)) return DecodeReason::kData;
    return own_.make_index(index, bytes, every);
  }

 private:
  // Whether libjpeg may decode what our own decoder left for `reason`.
  Status check_choice(DecodeReason reason) const {
    if (choice_ != JpegDecoderChoice::kOwn || reason == DecodeReason::kNone ||
        reason == DecodeReason::kData) {
      return Status();
    }
    return unsupported("JPEG that our own decoder does not read: {}", decode_reason_name(reason));
  }

  static DecodeRoute own_route(DecodeReason reason, bool indexed) {
    if (reason != DecodeReason::kNone) return {DecodePath::kLibjpeg, reason};
    return {indexed ? DecodePath::kOwnIndexed : DecodePath::kOwn, reason};
  }

  // OpenCV has formulas of its own for CMYK, and always interpolates chroma.
  DecodeRoute opencv_route(const ImageInfo& info) const {
    if (accuracy_ == DecodeAccuracy::kFast) return {DecodePath::kLibjpeg, DecodeReason::kChosen};
    if (info.channels == 4) return {DecodePath::kLibjpeg, DecodeReason::kColourSpace};
    return {DecodePath::kOpencv, DecodeReason::kChosen};
  }

  Status decode_own(Image& image, DecodeRoute& route, ByteView bytes, const ImageInfo& info,
                    const Region& region, int scale, IndexExchange* index) {
    const BaselineDecoder::Outcome outcome = own_.decode(image, bytes, region, index, scale);
    route = own_route(outcome.reason, outcome.indexed);
    if (outcome.reason == DecodeReason::kNone) return Status();
    HEADRACE_RETURN_IF_ERROR(check_choice(outcome.reason));
    return libjpeg_.decode(image, bytes, info, region, scale);
  }

  Status decode_opencv(Image& image, DecodeRoute& route, ByteView bytes, const ImageInfo& info,
                       const Region& region, int scale) {
    route = opencv_route(info);
    if (route.path == DecodePath::kLibjpeg) {
      return libjpeg_.decode(image, bytes, info, region, scale);
    }
    // OpenCV gives damaged pictures without a word. To decode a pixel of the last row, libjpeg
    // reads all that it would read for the region.
    const Region pixel{0, region.y + region.height - 1, 1, 1};
    HEADRACE_RETURN_IF_ERROR(libjpeg_.decode(image, bytes, info, pixel));
    Status status = decode_with_opencv(image, bytes, info, region);
    if (status.code() != StatusCode::kCorruptData) return status;
    // It takes nothing for a JPEG that has other bytes between the first two and the first segment.
    route = {DecodePath::kLibjpeg, DecodeReason::kHeader};
    return libjpeg_.decode(image, bytes, info, region);
  }

  const JpegDecoderChoice choice_;
  const DecodeAccuracy accuracy_;
  BaselineDecoder own_;
  LibjpegDecoder libjpeg_;
};

}  // namespace

std::unique_ptr<Codec> make_jpeg_codec(const DecodeOptions& options) {
  return std::make_unique<JpegCodec>(options);
}

}  // namespace headrace
