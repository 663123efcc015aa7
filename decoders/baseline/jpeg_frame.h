// The header of a JPEG that our own decoder takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "headrace/base/bytes.h"
#include "headrace/decoders/decode_path.h"

namespace headrace {

inline constexpr int kBlockSide = 8;   // a DCT block has 8 x 8 coefficients
inline constexpr int kBlockSize = 64;  //
inline constexpr int kMaxComponents = 3;

// Position in the 8 x 8 block (row * 8 + column) by position in the scan (ITU-T T.81, figure 5).
inline constexpr std::array<uint8_t, kBlockSize> kZigzag{
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// A Huffman table as a DHT segment has it: how many codes there are of each length 1..16, and their
// symbols in order. A view into the picture's bytes.
struct HuffmanSpec {
  const uint8_t* counts = nullptr;  // 16 of them; null: no such table
  const uint8_t* symbols = nullptr;
  int symbol_count = 0;
};

struct FrameComponent {
  int h = 1;  // sampling factors: blocks of an MCU across and down
  int v = 1;
  int width = 0;  // samples, without padding
  int height = 0;
  int dct_size = kBlockSide;  // samples a side that a block becomes; scale_frame() sets it
  int quant_table = 0;
  int dc_table = 0;
  int ac_table = 0;
};

// What stands before the first scan's data. Sizes are checked, tables that the scan names are
// there; whether the Huffman tables make sense is for huffman_code.h.
struct JpegFrame {
  int width = 0;  // pixels
  int height = 0;
  int component_count = 0;  // 1: grey, 3: YCbCr
  std::array<FrameComponent, kMaxComponents> components;
  int h_max = 1;  // of the sampling factors
  int v_max = 1;
  int scale = 1;      // the picture is decoded so many times smaller; scale_frame() sets it
  int mcu_width = 0;  // pixels
  int mcu_height = 0;
  int mcus_per_row = 0;
  int mcu_rows = 0;
  int blocks_per_mcu = 0;
  // libjpeg reads the rows of MCUs of a grey picture so many at a time; 1 for colour.
  int rows_read_together = 1;
  int restart_interval = 0;  // MCUs; 0: no restart markers

  std::array<std::array<uint16_t, kBlockSize>, 4> quant;  // by position in the block
  std::array<HuffmanSpec, 4> dc_specs;
  std::array<HuffmanSpec, 4> ac_specs;

  size_t scan_begin = 0;  // offset of the entropy-coded data
};

// Reads the header (T.81, annex B). kNone: `frame` is set, and its views are valid as long as
// `bytes`. Otherwise why the picture is libjpeg's; whatever libjpeg might warn of, or do in a way
// of its own, is kHeader. Linear in the bytes before the scan, asks for no memory.
DecodeReason parse_jpeg_frame(JpegFrame& frame, ByteView bytes);

}  // namespace headrace
