#include "jpeg_maker.h"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <random>
// clang-format off
#include <jpeglib.h>
// clang-format on

namespace headrace {
namespace {

std::vector<uint8_t> make_samples(const JpegSpec& spec) {
  std::mt19937 random(spec.seed);
  const double a = 0.02 + 0.001 * static_cast<double>(random() % 200);
  const double b = 0.02 + 0.001 * static_cast<double>(random() % 200);
  std::vector<uint8_t> samples;
  for (int y = 0; y < spec.height; ++y) {
    for (int x = 0; x < spec.width; ++x) {
      for (int c = 0; c < spec.components; ++c) {
        const double wave = 100 * std::sin(a * x + c) * std::cos(b * y + 2 * c);
        const int edge = ((x / 11 + y / 7 + c) % 3 == 0) ? 60 : 0;
        const int noise = static_cast<int>(random() % 40);
        samples.push_back(static_cast<uint8_t>(static_cast<int>(wave + 110) / 2 + edge + noise));
      }
    }
  }
  return samples;
}

// An APP1 segment's content: EXIF with nothing but an orientation.
std::vector<uint8_t> make_exif(int orientation, bool big_endian) {
  std::vector<uint8_t> bytes{'E', 'x', 'i', 'f', 0, 0};
  const auto put = [&](uint32_t value, int size) {
    for (int i = 0; i < size; ++i) {
      bytes.push_back(static_cast<uint8_t>(value >> 8 * (big_endian ? size - 1 - i : i)));
    }
  };
  bytes.insert(bytes.end(), 2, big_endian ? 'M' : 'I');
  put(42, 2);
  put(8, 4);       // the directory follows
  put(1, 2);       // one entry
  put(0x0112, 2);  // Orientation
  put(3, 2);       // SHORT
  put(1, 4);
  put(static_cast<uint32_t>(orientation), 2);
  put(0, 2);
  put(0, 4);  // no further directory
  return bytes;
}

void set_scans(jpeg_compress_struct& libjpeg, jpeg_scan_info* scans) {
  for (int i = 0; i < libjpeg.num_components; ++i) {
    scans[i] = {};
    scans[i].comps_in_scan = 1;
    scans[i].component_index[0] = i;
    scans[i].Se = DCTSIZE2 - 1;
  }
  libjpeg.scan_info = scans;
  libjpeg.num_scans = libjpeg.num_components;
}

}  // namespace

std::vector<uint8_t> make_jpeg(const JpegSpec& spec) {
  return make_jpeg(spec, make_samples(spec));
}

std::vector<uint8_t> make_jpeg(const JpegSpec& spec, const std::vector<uint8_t>& samples) {
  jpeg_compress_struct libjpeg{};
  jpeg_error_mgr errors{};
  libjpeg.err = jpeg_std_error(&errors);  // prints and exits: a spec that fails is the test's fault
  jpeg_create_compress(&libjpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&libjpeg, &memory, &size);
  libjpeg.image_width = static_cast<JDIMENSION>(spec.width);
  libjpeg.image_height = static_cast<JDIMENSION>(spec.height);
  libjpeg.input_components = spec.components;
  libjpeg.in_color_space = spec.components == 1   ? JCS_GRAYSCALE
                           : spec.components == 3 ? JCS_RGB
                                                  : JCS_CMYK;
  jpeg_set_defaults(&libjpeg);
  if (spec.ycck) jpeg_set_colorspace(&libjpeg, JCS_YCCK);
  jpeg_set_quality(&libjpeg, spec.quality, TRUE);
  for (int i = 0; i < libjpeg.num_components; ++i) {
    libjpeg.comp_info[i].h_samp_factor = i == 0 ? spec.h_sampling : 1;
    libjpeg.comp_info[i].v_samp_factor = i == 0 ? spec.v_sampling : 1;
  }
  libjpeg.restart_interval = static_cast<unsigned>(spec.restart_interval);
  libjpeg.optimize_coding = spec.optimised ? TRUE : FALSE;
  libjpeg.arith_code = spec.arithmetic ? TRUE : FALSE;
  jpeg_scan_info scans[MAX_COMPONENTS];
  if (spec.progressive) jpeg_simple_progression(&libjpeg);
  if (spec.separate_scans) set_scans(libjpeg, scans);
  jpeg_start_compress(&libjpeg, TRUE);
  if (spec.orientation != 0) {
    const auto exif = make_exif(spec.orientation, spec.exif_big_endian);
    jpeg_write_marker(&libjpeg, JPEG_APP0 + 1, exif.data(), static_cast<unsigned>(exif.size()));
  }
  const size_t row_size = static_cast<size_t>(spec.width) * static_cast<size_t>(spec.components);
  while (libjpeg.next_scanline < libjpeg.image_height) {
    auto* row = const_cast<JSAMPLE*>(samples.data() + row_size * libjpeg.next_scanline);
    jpeg_write_scanlines(&libjpeg, &row, 1);
  }
  jpeg_finish_compress(&libjpeg);
  jpeg_destroy_compress(&libjpeg);
  std::vector<uint8_t> file(memory, memory + size);
  std::free(memory);
  return file;
}

std::string describe(const JpegSpec& spec) {
  return fmt::format("{}x{} components {} sampling {}x{}{}{}{}{}{} restart {} seed {}", spec.width,
                     spec.height, spec.components, spec.h_sampling, spec.v_sampling,
                     spec.progressive ? " progressive" : "",
                     spec.separate_scans ? " separate scans" : "",
                     spec.optimised ? " optimised" : "", spec.arithmetic ? " arithmetic" : "",
                     spec.ycck ? " YCCK" : "", spec.restart_interval, spec.seed);
}

}  // namespace headrace
