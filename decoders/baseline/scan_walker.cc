#include "headrace/decoders/baseline/scan_walker.h"

#include <algorithm>

namespace headrace {
namespace {

constexpr size_t kReadAhead = 32768;  // bytes without stuffing made at a time

// Where a hostile picture's predictors are on the way out of an int, it is for libjpeg to say what
// comes of it. A row of MCUs, at most 16,376 blocks of a component, adds less than this.
constexpr int kMostPredictor = 1 << 30;

}  // namespace

void ScanWalker::go_to(int row, int mcu, const JpegIndex::Place& place, size_t end) {
  mcu_ = int64_t{row} * frame_.mcus_per_row + mcu;
  const int restarts =
      frame_.restart_interval == 0 ? 0 : static_cast<int>(mcu_ / frame_.restart_interval % 8);
  const size_t begin = frame_.scan_begin + place.bit / 8;
  const size_t out = scan_.begin_stretch(begin, std::max(begin, end), restarts);
  position_ = {uint64_t{out} * 8 + place.bit % 8, place.dc};
}

bool ScanWalker::advance(int count) {
  constexpr size_t kBehind = kMaxMcuBytes + 16;
  const bool moved = count > 0;
  while (count > 0) {
    int piece = count;
    if (frame_.restart_interval != 0) {
      piece = static_cast<int>(
          std::min<int64_t>(piece, frame_.restart_interval - mcu_ % frame_.restart_interval));
    }
    // An MCU may begin only where all its bytes are there, or where no more come.
    const size_t limit =
        scan_.ended() ? scan_.size() : scan_.size() - std::min(scan_.size(), kBehind);
    int left = piece;
    const WalkOutcome outcome = walk_mcus(position_, left, walk_, bytes_, limit);
    if (outcome == WalkOutcome::kIrregular) return false;
    if (outcome == WalkOutcome::kNeedsBytes) {
      if (scan_.ended()) return false;
      scan_.fill(kReadAhead);
    }
    mcu_ += piece - left;
    count -= piece - left;
    if (left == 0 && frame_.restart_interval != 0 && mcu_ % frame_.restart_interval == 0 &&
        !pass_restart()) {
      return false;
    }
  }
  for (const int dc : position_.dc) {
    if (dc < -kMostPredictor || dc > kMostPredictor) return false;
  }
  // The last MCU's bits were there, too, and no restart marker was among them. (Before the first,
  // nothing need be there.)
  return !moved || position_.bit <= uint64_t{scan_.part_end()} * 8;
}

bool ScanWalker::pass_restart() {
  if (mcu_ == int64_t{frame_.mcus_per_row} * frame_.mcu_rows) return true;
  // The bytes behind are there: an MCU is begun only with kBehind of them ahead.
  const size_t at = (position_.bit + 7) / 8;
  position_ = {uint64_t{at} * 8, {}};
  return scan_.restarts_at(at);
}

JpegIndex::Place ScanWalker::place() {
  const size_t source = scan_.source_of(position_.bit / 8);
  return {uint64_t{source - frame_.scan_begin} * 8 + position_.bit % 8, position_.dc};
}

}  // namespace headrace
