#include "jpeg_segments.h"

#include <algorithm>
#include <stdexcept>

namespace headrace {

std::vector<JpegSegment> segments_of(const FileBytes& file) {
  std::vector<JpegSegment> all;
  for (size_t at = 2; at + 4 <= file.size();) {
    const uint8_t marker = file[at + 1];
    const size_t end = at + 2 + (size_t{file[at + 2]} << 8 | file[at + 3]);
    all.push_back({marker, at, at + 4, end});
    if (marker == 0xDA) break;
    at = end;
  }
  return all;
}

JpegSegment segment_of(const FileBytes& file, uint8_t marker) {
  for (const JpegSegment& segment : segments_of(file)) {
    if (segment.marker == marker) return segment;
  }
  throw std::out_of_range("no such segment");
}

size_t scan_begin_of(const FileBytes& file) {
  return segment_of(file, 0xDA).end;
}

FileBytes with_inserted(const FileBytes& file, size_t at, const FileBytes& bytes) {
  FileBytes out(file.size() + bytes.size());
  const auto begin = file.begin() + static_cast<ptrdiff_t>(at);
  const auto inserted = std::copy(file.begin(), begin, out.begin());
  std::copy(begin, file.end(), std::copy(bytes.begin(), bytes.end(), inserted));
  return out;
}

FileBytes without(const FileBytes& file, size_t begin, size_t end) {
  FileBytes out = file;
  out.erase(out.begin() + static_cast<ptrdiff_t>(begin), out.begin() + static_cast<ptrdiff_t>(end));
  return out;
}

FileBytes make_segment(uint8_t marker, const FileBytes& content) {
  const size_t length = content.size() + 2;
  const FileBytes begin{0xFF, marker, static_cast<uint8_t>(length >> 8),
                        static_cast<uint8_t>(length)};
  return with_inserted(begin, begin.size(), content);
}

FileBytes with_content(const FileBytes& file, uint8_t marker, const FileBytes& content) {
  const JpegSegment segment = segment_of(file, marker);
  return with_inserted(without(file, segment.begin, segment.end), segment.begin,
                       make_segment(marker, content));
}

}  // namespace headrace
