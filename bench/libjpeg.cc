#include "libjpeg.h"

#include <fmt/core.h>

#include <cstdio>

#include <jpeglib.h>  // after <cstdio>, which it needs and does not include

#include <algorithm>
#include <cstdlib>

namespace headrace {
namespace {

#define HEADRACE_TEXT_OF(value) HEADRACE_TEXT_OF_IMPL(value)
#define HEADRACE_TEXT_OF_IMPL(value) #value

// libjpeg must not return from a fatal error.
[[noreturn]] void stop(j_common_ptr decoder) {
  char message[JMSG_LENGTH_MAX];
  decoder->err->format_message(decoder, message);
  const auto* name = static_cast<const std::string*>(decoder->client_data);
  fmt::print(stderr, "libjpeg: {}: {}\n", *name, message);
  std::exit(1);
}

void ignore_warning(j_common_ptr, int) {}

}  // namespace

#ifdef LIBJPEG_TURBO_VERSION
const char* const kLibjpegName = "libjpeg-turbo " HEADRACE_TEXT_OF(LIBJPEG_TURBO_VERSION);
#else
const char* const kLibjpegName = "libjpeg, not turbo";
#endif

struct FullDecoder::State {
  State() {
    libjpeg.err = jpeg_std_error(&errors);
    errors.error_exit = stop;
    errors.emit_message = ignore_warning;
    jpeg_create_decompress(&libjpeg);
  }
  ~State() { jpeg_destroy_decompress(&libjpeg); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  jpeg_decompress_struct libjpeg{};
  jpeg_error_mgr errors{};
  std::string name;
  std::vector<JSAMPLE> pixels;
  std::vector<JSAMPROW> rows;
};

FullDecoder::FullDecoder() : state_(std::make_unique<State>()) {}
FullDecoder::~FullDecoder() = default;

void FullDecoder::decode(ByteView bytes, const std::string& name) {
  jpeg_decompress_struct& libjpeg = state_->libjpeg;
  state_->name = name;
  libjpeg.client_data = &state_->name;
  jpeg_mem_src(&libjpeg, bytes.data(), bytes.size());
  jpeg_read_header(&libjpeg, TRUE);
  libjpeg.out_color_space = libjpeg.num_components == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&libjpeg);
  const size_t stride =
      size_t{libjpeg.output_width} * static_cast<size_t>(libjpeg.output_components);
  std::vector<JSAMPLE>& pixels = state_->pixels;
  std::vector<JSAMPROW>& rows = state_->rows;
  pixels.resize(std::max(pixels.size(), stride * libjpeg.output_height));
  rows.resize(libjpeg.output_height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = pixels.data() + y * stride;
  while (libjpeg.output_scanline < libjpeg.output_height) {
    jpeg_read_scanlines(&libjpeg, &rows[libjpeg.output_scanline],
                        libjpeg.output_height - libjpeg.output_scanline);
  }
  jpeg_finish_decompress(&libjpeg);
}

int FullDecoder::width() const {
  return static_cast<int>(state_->libjpeg.output_width);
}
int FullDecoder::height() const {
  return static_cast<int>(state_->libjpeg.output_height);
}
const uint8_t* FullDecoder::row(int y) const {
  return state_->rows[static_cast<size_t>(y)];
}

std::vector<uint8_t> encode_jpeg(const FullDecoder& decoded, int quality) {
  jpeg_compress_struct libjpeg{};
  jpeg_error_mgr errors{};
  std::string name = "encoding";
  libjpeg.err = jpeg_std_error(&errors);
  errors.error_exit = stop;
  jpeg_create_compress(&libjpeg);
  libjpeg.client_data = &name;
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&libjpeg, &memory, &size);
  libjpeg.image_width = static_cast<JDIMENSION>(decoded.width());
  libjpeg.image_height = static_cast<JDIMENSION>(decoded.height());
  libjpeg.input_components = 3;
  libjpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&libjpeg);
  jpeg_set_quality(&libjpeg, quality, TRUE);
  jpeg_start_compress(&libjpeg, TRUE);
  for (int y = 0; y < decoded.height(); ++y) {
    auto* row = const_cast<JSAMPLE*>(decoded.row(y));
    jpeg_write_scanlines(&libjpeg, &row, 1);
  }
  jpeg_finish_compress(&libjpeg);
  jpeg_destroy_compress(&libjpeg);
  std::vector<uint8_t> file(memory, memory + size);
  std::free(memory);
  return file;
}

}  // namespace headrace
