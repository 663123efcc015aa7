// The side index of a JPEG: where rows of its MCUs begin in the file's own bytes, so that a region
// is decoded without what is above it. README.md has a worked example.
//
//   offset  bytes
//   0       4      "HRJ" and the version, 1
//   4       4      bytes of the picture's file
//   8       4      CRC-32C of the picture's file
//   12      2      K: an entry every K MCUs of a row; 0: one at the begin of each row
//   14      2      N: rows that are described, from the first on
//   16      8 each entries: of row 0, then of row 1, ...; and last one, where row N begins
//                  (or would, in a complete index)
//   end     4      CRC-32C of all bytes before
//
// An entry, from the lowest bit: 28 bits, the place in bits from the scan's first byte, in the file
// as it is (with stuffing and restart markers); then for each of three components 12 bits, the DC
// predictor in two's complement. All numbers are little endian.
//
// Rows are described in order and only after they were decoded or walked over without a fault: so
// rows 0 to N - 1 are known to be undamaged as long as the checksum is the file's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/scan_position.h"

namespace headrace {

// A checked index of a picture. A view: valid as long as the bytes of both.
class JpegIndex {
 public:
  // None where `bytes` is no index of this picture: another version, other sizes, a wrong checksum
  // of itself or of the picture, entries out of order, outside the picture, or nearer to each
  // other than their MCUs' bits can be. The predictors are believed: wrong ones can at worst give
  // wrong pixels.
  static std::optional<JpegIndex> open(ByteView bytes, const JpegFrame& frame, ByteView picture);

  int rows() const { return rows_; }  // described
  int every() const { return every_; }

  struct Place {
    uint64_t bit = 0;  // from the scan's first byte, in the picture
    std::array<int, kMaxComponents> dc{};
  };
  // The last entry of `row` at or before MCU `mcu` (which becomes the entry's), 0 <= row < rows().
  Place at_or_before(int row, int& mcu) const;
  // The first entry behind MCU `mcu` of `row`, 0 <= row < rows().
  Place after(int row, int mcu) const;
  // Where row `row` begins, 0 <= row <= rows().
  Place row_begin(int row) const;

 private:
  size_t entries_per_row() const;
  Place entry(size_t number) const;

  ByteView entries_;
  int rows_ = 0;
  int every_ = 0;
  int mcus_per_row_ = 0;
};

// Collects entries and writes them.
//
// Threads: one at a time. Allocates nothing once it has seen the largest picture.
class JpegIndexWriter {
 public:
  void reset(const JpegFrame& frame, int every);

  // Appends the begins of the rows that `index` describes, which has one entry a row.
  void copy(const JpegIndex& index);

  // Appends one. False, and nothing is ever added again, where it does not fit the layout (a scan
  // of more than 32 MiB, predictors that no encoder makes).
  bool add(const JpegIndex::Place& place);

  // Writes what describes whole rows; empty where that is none.
  void write(ByteBuffer& out, ByteView picture) const;
  int rows() const;  // that write() would describe

 private:
  std::vector<uint64_t> entries_;
  size_t entries_per_row_ = 1;
  int every_ = 0;
  bool full_ = false;
};

}  // namespace headrace
