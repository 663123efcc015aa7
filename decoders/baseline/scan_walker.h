// A walk through a scan, MCU by MCU, that finds out where they begin and whether they are whole.
#pragma once

#include <cstddef>
#include <cstdint>

#include "headrace/base/bytes.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/jpeg_index.h"
#include "headrace/decoders/baseline/scan_bytes.h"
#include "headrace/decoders/baseline/scan_position.h"

namespace headrace {

// Threads: one at a time; a short-lived object on buffers that are kept.
class ScanWalker {
 public:
  // Bytes come through `scan`, which has been reset to write to `bytes`.
  ScanWalker(const JpegFrame& frame, const McuWalk& walk, ByteView picture, ScanBytes& scan,
             const uint8_t* bytes)
      : frame_(frame), walk_(walk), picture_(picture), scan_(scan), bytes_(bytes) {}

  // Goes to MCU `mcu` of row `row`, which begins at `place`, to walk no farther than `end`.
  void go_to(int row, int mcu, const JpegIndex::Place& place, size_t end);

  // Walks over `count` MCUs, also past the row's end. False where the data are not whole.
  bool advance(int count);

  const ScanPosition& position() const { return position_; }
  // The same as a place in the picture. Only for places farther and farther on.
  JpegIndex::Place place();

 private:
  bool pass_restart();

  const JpegFrame& frame_;
  const McuWalk& walk_;
  const ByteView picture_;
  ScanBytes& scan_;
  const uint8_t* const bytes_;
  int64_t mcu_ = 0;  // counted through all rows
  ScanPosition position_;
};

}  // namespace headrace
