// The framing of TFRecord files. A file is records one after the other, without header or end mark:
//
//   bytes          what, little endian
//   8              n, the length of the data
//   4              masked CRC-32C of the 8 bytes before
//   n              the data
//   4              masked CRC-32C of the data
//
// README.md has a record in hexadecimal. Source: tensorflow/core/lib/io/record_writer.h.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/formats/storage.h"

namespace headrace {

inline constexpr uint64_t kTfRecordHeaderBytes = 12;
inline constexpr uint64_t kTfRecordFooterBytes = 4;
inline constexpr uint64_t kTfRecordFrameBytes = kTfRecordHeaderBytes + kTfRecordFooterBytes;
// Of the data of one record. More is refused before memory is asked for.
inline constexpr uint64_t kMaxTfRecordBytes = uint64_t{1} << 30;

// Where a record is in its file, frame and all, in bytes.
struct RecordSpan {
  uint64_t offset = 0;
  uint64_t size = 0;

  uint64_t end() const { return offset + size; }
  bool operator==(const RecordSpan&) const = default;
};

// Errors read "FILE @ OFFSET: reason". All that follows reads foreign bytes: a length is believed
// when its checksum is right, and used when the file is long enough for it.

// Reads the header of the record at `offset`: how far it goes. Errors: kCorruptData (bad length
// checksum, the file ends before the record does), kResourceExhausted (over kMaxTfRecordBytes),
// kUnsupported (a compressed file), kIoError.
Result<RecordSpan> read_tfrecord_header(const RandomAccessFile& file, uint64_t offset);

enum class DataCheck {
  kChecksum,  // compare the data with its checksum
  kNone,      // for media that are trusted; lengths are checked all the same
};

// Reads the record at `span`, in one request, and returns its data: a view into `buffer`, valid
// until that is changed. Errors: kCorruptData (a bad checksum, another length than `span` says),
// and as above.
Result<ByteView> read_tfrecord(ByteBuffer& buffer, const RandomAccessFile& file,
                               const RecordSpan& span, DataCheck check = DataCheck::kChecksum);

// What surrounds `data` in a file. Errors: kResourceExhausted (over kMaxTfRecordBytes).
struct TfRecordFrame {
  std::array<uint8_t, kTfRecordHeaderBytes> header;
  std::array<uint8_t, kTfRecordFooterBytes> footer;
};
Result<TfRecordFrame> frame_tfrecord(ByteView data);

}  // namespace headrace
