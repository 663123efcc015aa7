// Changes of a JPEG's header, and what the decoder says to them.
#pragma once

#include "headrace/decoders/baseline/jpeg_frame.h"
#include "jpeg_segments.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {

inline constexpr uint8_t kApp0 = 0xE0;
inline constexpr uint8_t kDht = 0xC4;
inline constexpr uint8_t kDqt = 0xDB;
inline constexpr uint8_t kDri = 0xDD;
inline constexpr uint8_t kSof0 = 0xC0;
inline constexpr uint8_t kSos = 0xDA;

inline DecodeReason reason_of(const FileBytes& file) {
  JpegFrame frame;
  return parse_jpeg_frame(frame, exact_copy(file, file.size()));
}

inline FileBytes content_of(const FileBytes& file, uint8_t marker) {
  const JpegSegment segment = segment_of(file, marker);
  return {file.begin() + static_cast<ptrdiff_t>(segment.content),
          file.begin() + static_cast<ptrdiff_t>(segment.end)};
}

// The file with one byte of a segment's content changed.
inline FileBytes with_byte(FileBytes file, uint8_t marker, size_t at, int value) {
  file[segment_of(file, marker).content + at] = static_cast<uint8_t>(value);
  return file;
}

inline FileBytes without_segment(const FileBytes& file, uint8_t marker) {
  const JpegSegment segment = segment_of(file, marker);
  return without(file, segment.begin, segment.end);
}

}  // namespace headrace
