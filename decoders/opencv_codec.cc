#include "headrace/decoders/opencv_codec.h"

#include "headrace/decoders/header_parsers.h"
#include "headrace/decoders/opencv_loader.h"

namespace headrace {
namespace {

#ifdef HEADRACE_WITH_OPENCV
const Result<const HeadraceOpencvApi*>& plugin() {
  return opencv_plugin();
}
#else
const Result<const HeadraceOpencvApi*>& plugin() {
  static const Result<const HeadraceOpencvApi*> none = unsupported(
      "this build of headrace is without OpenCV and reads JPEG only; configure it with "
      "-DHEADRACE_OPENCV=ON");
  return none;
}
#endif

using ParseHeader = Result<ImageInfo> (*)(ByteView);

class OpencvCodec final : public Codec {
 public:
  explicit OpencvCodec(ParseHeader parse_header) : parse_header_(parse_header) {}

  Result<ImageInfo> peek(ByteView bytes) override { return parse_header_(bytes); }

  Status decode(Image& image, DecodeRoute& route, ByteView bytes, const ImageInfo& info,
                const Region& region, int /*scale*/, IndexExchange* /*index*/) override {
    route = {DecodePath::kOpencv, DecodeReason::kNotJpeg};
    return decode_with_opencv(image, bytes, info, region);
  }

 private:
  ParseHeader parse_header_;
};

}  // namespace

Status decode_with_opencv(Image& image, ByteView bytes, const ImageInfo& info,
                          const Region& region) {
  const std::string_view name = image_format_name(info.format);
  const auto& api = plugin();
  if (!api.ok()) return api.status().annotate(name);
  image.reshape(region.width, region.height);
  const HeadraceOpencvRequest request{bytes.data(), bytes.size(),  info.width,   info.height,
                                      region.x,     region.y,      region.width, region.height,
                                      image.row(0), image.stride()};
  char error[256] = "";
  switch ((*api)->decode(&request, error, sizeof error)) {
    case kHeadraceOpencvDecoded:
      return Status();
    case kHeadraceOpencvNoMemory:
      return resource_exhausted("{}: {}", name, error);
    default:
      return corrupt_data("{}: {}", name, error);
  }
}

std::unique_ptr<Codec> make_png_codec(const DecodeOptions& /*options*/) {
  return std::make_unique<OpencvCodec>(parse_png_header);
}
std::unique_ptr<Codec> make_webp_codec(const DecodeOptions& /*options*/) {
  return std::make_unique<OpencvCodec>(parse_webp_header);
}
std::unique_ptr<Codec> make_bmp_codec(const DecodeOptions& /*options*/) {
  return std::make_unique<OpencvCodec>(parse_bmp_header);
}
std::unique_ptr<Codec> make_tiff_codec(const DecodeOptions& /*options*/) {
  return std::make_unique<OpencvCodec>(parse_tiff_header);
}
std::unique_ptr<Codec> make_pnm_codec(const DecodeOptions& /*options*/) {
  return std::make_unique<OpencvCodec>(parse_pnm_header);
}

}  // namespace headrace
