// All tables that a picture's Huffman codes become, kept for the next picture with the same codes.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/huffman_code.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/scan_position.h"
#include "headrace/decoders/baseline/symbol_table.h"
#include "headrace/decoders/baseline/walk_table.h"

namespace headrace {

// Threads: one at a time. What is returned is valid until the next set().
class EntropyTables {
 public:
  // Takes the frame's codes; false where libjpeg would refuse one.
  bool set(const JpegFrame& frame);

  // For walking over MCUs of the frame; `bytes`: about how far.
  McuWalk mcu_walk(size_t bytes);
  // Fills in the tables and codes for decoding them.
  void give(RowsToDecode& rows);

 private:
  // What a table was made from: codes by number and version.
  struct Origin {
    int dc = -1;
    int ac = -1;
    uint64_t dc_version = 0;
    uint64_t ac_version = 0;
    bool operator==(const Origin&) const = default;
  };
  Origin origin_of(const FrameComponent& component) const;

  const JpegFrame* frame_ = nullptr;
  std::array<HuffmanCode, 4> dc_codes_;
  std::array<HuffmanCode, 4> ac_codes_;
  std::array<DcWalkTable, 4> dc_walks_;
  std::array<AcWalkTable, 4> ac_walks_;
  std::array<uint64_t, 4> dc_walk_versions_{};  // 0: not made yet
  std::array<uint64_t, 4> ac_walk_versions_{};
  std::array<SymbolTable, kMaxComponents> symbols_;
  std::array<Origin, kMaxComponents> symbol_origins_;
};

}  // namespace headrace
