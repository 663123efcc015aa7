// A scan's bytes without the zeros that follow 0xFF bytes (T.81, B.1.1.5) and without restart
// markers: what the entropy decoder reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "headrace/base/bytes.h"

namespace headrace {

// Copies `size` bytes without stuffing to `out`, up to the first marker or an 0xFF at the very end;
// returns how many were read, `written` becomes how many were written. May write up to 64 bytes
// more; reads none more.
size_t remove_stuffing(uint8_t* out, size_t& written, const uint8_t* in, size_t size);

// Zeros among in[0, size) that follow an 0xFF: bytes that remove_stuffing() would drop. in[-1] must
// be there.
size_t count_stuffing(const uint8_t* in, size_t size);

// Fills a buffer stretch by stretch. A stretch is made of consecutive bytes of the picture.
//
// Threads: one at a time.
class ScanBytes {
 public:
  // `out` has room for every byte from `scan_begin` to the end of the picture, for kStretchSpare
  // bytes per stretch and for kSpare bytes behind.
  static constexpr size_t kStretchSpare = 16;
  static constexpr size_t kSpare = 64;

  void reset(uint8_t* out, ByteView picture, bool has_restarts);

  // Begins a stretch of the picture's bytes [begin, end); `restarts` counts the restart markers
  // that stand before it. Returns where it begins in the output.
  size_t begin_stretch(size_t begin, size_t end, int restarts);

  // Copies at least `count` bytes of output more, or to the end of the stretch.
  void fill(size_t count);

  size_t size() const { return size_; }  // bytes of output, all stretches
  bool ended() const { return ended_; }  // nothing more comes in this stretch

  // The output's size up to the first restart marker that restarts_at() has not been asked about.
  size_t part_end() const {
    return restart_part_ < parts_.size() ? parts_[restart_part_].out : size_;
  }

  // Whether a restart marker stood in the picture where the output has `at` bytes. For increasing
  // `at` only.
  bool restarts_at(size_t at);

  // The picture's offset of output byte `at` of this stretch, of bytes that are there. For
  // increasing `at` only.
  size_t source_of(size_t at);

 private:
  struct Part {  // bytes between two restart markers
    size_t out;
    size_t source;
  };

  uint8_t* out_ = nullptr;
  ByteView picture_;
  bool has_restarts_ = false;
  size_t size_ = 0;
  size_t next_ = 0;  // in the picture
  size_t end_ = 0;
  bool ended_ = true;
  int restarts_ = 0;
  std::vector<Part> parts_;
  size_t restart_part_ = 0;  // the part that restarts_at() looks at next
  size_t source_part_ = 0;   // the part in which source_of() was last
  Part last_{};              // where it was
};

}  // namespace headrace
