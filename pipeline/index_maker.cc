#include "headrace/pipeline/index_maker.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/jpeg_index.h"
#include "headrace/formats/record_source.h"

namespace headrace {

bool IndexMaker::is_complete(ByteView index, ByteView picture) const {
  if (index.empty()) return false;
  JpegFrame frame;
  if (parse_jpeg_frame(frame, picture) != DecodeReason::kNone) return false;
  const std::optional<JpegIndex> known = JpegIndex::open(index, frame, picture);
  return known && known->rows() == frame.mcu_rows && (every_ == 0 || known->every() == every_);
}

IndexMaker::Outcome IndexMaker::make(ByteBuffer& index, ByteView picture) {
  if (is_complete(index.view(), picture)) return {DecodeReason::kNone, /*kept=*/true};
  DecodeReason reason = decoder_.make_index(made_, picture, every_);
  if (made_.size() > kMaxSideBlobBytes) reason = decoder_.make_index(made_, picture, 0);
  if (reason == DecodeReason::kNone && made_.size() == 0) reason = DecodeReason::kData;
  if (reason != DecodeReason::kNone) made_.resize(0);
  // The same once more where the layout has no place for more: pictures of more than 32 MiB.
  const bool kept = made_.size() != 0 && std::ranges::equal(made_.view(), index.view());
  std::swap(index, made_);
  return {reason, kept};
}

void IndexCounts::count(const IndexMaker::Outcome& outcome, uint64_t index_bytes) {
  if (outcome.reason != DecodeReason::kNone) {
    ++without[static_cast<size_t>(outcome.reason)];
    return;
  }
  ++(outcome.kept ? kept : made);
  bytes += index_bytes;
}

void IndexCounts::add(const IndexCounts& other) {
  made += other.made;
  kept += other.kept;
  bytes += other.bytes;
  for (size_t i = 0; i < without.size(); ++i) without[i] += other.without[i];
}

int64_t IndexCounts::pictures_without() const {
  return std::accumulate(without.begin(), without.end(), int64_t{0});
}

}  // namespace headrace
