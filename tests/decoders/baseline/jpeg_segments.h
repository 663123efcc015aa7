// Finding and changing a JPEG's header, byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace headrace {

using FileBytes = std::vector<uint8_t>;

struct JpegSegment {
  uint8_t marker = 0;
  size_t begin = 0;    // of the marker's 0xFF
  size_t content = 0;  // behind the length
  size_t end = 0;
};

// The segments of a file from our jpeg_maker, up to and with SOS.
std::vector<JpegSegment> segments_of(const FileBytes& file);

// The first segment with this marker; throws std::out_of_range where there is none.
JpegSegment segment_of(const FileBytes& file, uint8_t marker);
size_t scan_begin_of(const FileBytes& file);

FileBytes with_inserted(const FileBytes& file, size_t at, const FileBytes& bytes);
FileBytes without(const FileBytes& file, size_t begin, size_t end);

// A whole segment, its length made to fit.
FileBytes make_segment(uint8_t marker, const FileBytes& content);

// The file with the content of its first segment of this marker replaced.
FileBytes with_content(const FileBytes& file, uint8_t marker, const FileBytes& content);

}  // namespace headrace
