#include "reference_jpeg.h"

#include <csetjmp>
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on

namespace headrace {
namespace {

struct Manner {
  bool fancy_upsampling;
  int scale;
};

struct Failure {
  jpeg_error_mgr errors;
  std::jmp_buf jump;
};

// Plain data in here: libjpeg may leave by longjmp. `rgb` is large enough for width x height.
bool run(jpeg_decompress_struct& libjpeg, Failure& failure, ByteView bytes, const Manner& manner,
         uint8_t* rgb) {
  if (setjmp(failure.jump) != 0) return false;
  jpeg_create_decompress(&libjpeg);
  jpeg_mem_src(&libjpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&libjpeg, TRUE);
  libjpeg.out_color_space = JCS_RGB;
  libjpeg.do_fancy_upsampling = manner.fancy_upsampling ? TRUE : FALSE;
  libjpeg.scale_denom = static_cast<unsigned>(libjpeg.scale_num * manner.scale);
  jpeg_calc_output_dimensions(&libjpeg);
  if (rgb == nullptr) return true;  // the size was wanted
  jpeg_start_decompress(&libjpeg);
  while (libjpeg.output_scanline < libjpeg.output_height) {
    JSAMPROW row = rgb + size_t{3} * libjpeg.output_width * libjpeg.output_scanline;
    jpeg_read_scanlines(&libjpeg, &row, 1);
  }
  return true;
}

bool run_once(ReferencePicture& picture, ByteView bytes, const Manner& manner, uint8_t* rgb) {
  jpeg_decompress_struct libjpeg{};
  Failure failure{};
  libjpeg.err = jpeg_std_error(&failure.errors);
  failure.errors.emit_message = [](j_common_ptr, int) {};
  failure.errors.error_exit = [](j_common_ptr common) {
    std::longjmp(reinterpret_cast<Failure*>(common->err)->jump, 1);
  };
  const bool ok = run(libjpeg, failure, bytes, manner, rgb);
  picture.width = static_cast<int>(libjpeg.output_width);
  picture.height = static_cast<int>(libjpeg.output_height);
  jpeg_destroy_decompress(&libjpeg);
  return ok;
}

std::optional<ReferencePicture> decode(ByteView bytes, const Manner& manner) {
  ReferencePicture picture;
  if (!run_once(picture, bytes, manner, nullptr)) return std::nullopt;
  picture.rgb.resize(size_t{3} * static_cast<size_t>(picture.width) *
                     static_cast<size_t>(picture.height));
  if (!run_once(picture, bytes, manner, picture.rgb.data())) return std::nullopt;
  return picture;
}

}  // namespace

std::vector<uint8_t> ReferencePicture::crop(const Region& region) const {
  std::vector<uint8_t> pixels;
  for (int y = region.y; y < region.y + region.height; ++y) {
    const auto row = rgb.begin() + ptrdiff_t{3} * (ptrdiff_t{y} * width + region.x);
    pixels.insert(pixels.end(), row, row + ptrdiff_t{3} * region.width);
  }
  return pixels;
}

std::optional<ReferencePicture> decode_whole(ByteView bytes) {
  return decode(bytes, {.fancy_upsampling = true, .scale = 1});
}

std::optional<ReferencePicture> decode_whole_fast(ByteView bytes, int scale) {
  return decode(bytes, {.fancy_upsampling = false, .scale = scale});
}

}  // namespace headrace
