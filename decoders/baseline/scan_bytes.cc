#include "headrace/decoders/baseline/scan_bytes.h"

#include <algorithm>

namespace headrace {
namespace {

constexpr size_t kPiece = 16384;  // bytes copied at a time: what the L1 cache can take
constexpr uint8_t kRst0 = 0xD0;

}  // namespace

void ScanBytes::reset(uint8_t* out, ByteView picture, bool has_restarts) {
  out_ = out;
  picture_ = picture;
  has_restarts_ = has_restarts;
  size_ = 0;
  ended_ = true;
}

size_t ScanBytes::begin_stretch(size_t begin, size_t end, int restarts) {
  next_ = begin;
  end_ = end;
  restarts_ = restarts;
  ended_ = false;
  parts_.clear();
  parts_.push_back({size_, begin});
  restart_part_ = 1;
  source_part_ = 0;
  last_ = parts_.front();
  return size_;
}

void ScanBytes::fill(size_t count) {
  const size_t wanted = size_ + count;
  while (!ended_ && size_ < wanted) {
    const size_t piece = std::min(kPiece, end_ - next_);
    size_t written = 0;
    const size_t read = remove_stuffing(out_ + size_, written, picture_.data() + next_, piece);
    next_ += read;
    size_ += written;
    if (next_ == end_) {
      ended_ = true;
    } else if (read < piece) {
      // At an 0xFF: a restart marker in its turn, or the end of what can be decoded. It may also
      // be the last byte of the piece, and what it is shows with the next one.
      if (next_ + 1 == end_) {
        ended_ = true;
      } else if (const uint8_t code = picture_[next_ + 1];
                 has_restarts_ && code == kRst0 + (restarts_ & 7)) {
        ++restarts_;
        next_ += 2;
        parts_.push_back({size_, next_});
      } else if (code != 0) {
        ended_ = true;
      }
    }
  }
}

bool ScanBytes::restarts_at(size_t at) {
  return restart_part_ < parts_.size() && parts_[restart_part_++].out == at;
}

size_t ScanBytes::source_of(size_t at) {
  while (source_part_ + 1 < parts_.size() && parts_[source_part_ + 1].out <= at) {
    last_ = parts_[++source_part_];
  }
  size_t source = last_.source;
  size_t ahead = at - last_.out;  // bytes still to pass, in output
  while (ahead > 0) {
    // Stuffing that was passed over, the byte arrived at among it, takes as many bytes more.
    const size_t end = std::min(source + ahead, picture_.size() - 1);
    const size_t stuffing = count_stuffing(picture_.data() + source + 1, end - source);
    source += ahead;
    ahead = stuffing;
  }
  last_ = {at, source};
  return source;
}

}  // namespace headrace
