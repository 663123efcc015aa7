// JPEGs of every kind, made in the test by libjpeg's compressor.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headrace {

struct JpegSpec {
  int width = 64;
  int height = 48;
  int components = 3;  // 1 grey, 3 YCbCr, 4 CMYK
  int h_sampling = 1;  // of the first component; the others have 1 x 1: 2 and 2 make 4:2:0
  int v_sampling = 1;
  int quality = 85;
  bool progressive = false;
  bool separate_scans = false;  // sequential, but a scan for each component
  bool optimised = false;       // own Huffman tables instead of the standard's
  bool arithmetic = false;
  bool ycck = false;         // 4 components: YCCK instead of CMYK
  int restart_interval = 0;  // MCUs between restart markers; 0: none
  int orientation = 0;       // EXIF; 0: no EXIF segment
  bool exif_big_endian = true;
  uint32_t seed = 1;  // of the pixels: smooth areas, edges and noise
};

// The file. Aborts the test program where libjpeg refuses the spec.
std::vector<uint8_t> make_jpeg(const JpegSpec& spec);

// The same with given samples, width * height * components of them (components 3: RGB).
std::vector<uint8_t> make_jpeg(const JpegSpec& spec, const std::vector<uint8_t>& samples);

// For messages: "37x21 4:2x2 progressive seed 5".
std::string describe(const JpegSpec& spec);

}  // namespace headrace
