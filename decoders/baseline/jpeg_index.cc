#include "headrace/decoders/baseline/jpeg_index.h"

#include <algorithm>
#include <cstring>

#include "headrace/formats/crc32c.h"

namespace headrace {
namespace {

constexpr uint8_t kMagic[4] = {'H', 'R', 'J', 1};
constexpr size_t kHeaderBytes = 16;
constexpr size_t kEntryBytes = 8;
constexpr size_t kChecksumBytes = 4;
constexpr int kPlaceBits = 28;
constexpr int kPredictorBits = 12;

template <class Number>
Number load(const uint8_t* at) {
  Number number = 0;
  for (size_t i = sizeof(Number); i-- > 0;) number = static_cast<Number>(number << 8 | at[i]);
  return number;
}

template <class Number>
void store(uint8_t* at, Number number) {
  for (size_t i = 0; i < sizeof(Number); ++i) at[i] = static_cast<uint8_t>(number >> 8 * i);
}

size_t entries_of_row(int mcus_per_row, int every) {
  return every == 0 ? 1 : static_cast<size_t>((mcus_per_row + every - 1) / every);
}

// How many MCUs stand between the entry of that number in its row and the next one.
uint64_t mcus_of_entry(size_t in_row, int mcus_per_row, int every) {
  if (every == 0) return static_cast<uint64_t>(mcus_per_row);
  const int first = static_cast<int>(in_row) * every;
  return static_cast<uint64_t>(std::min(every, mcus_per_row - first));
}

uint64_t place_of(uint64_t entry) {
  return entry & ((uint64_t{1} << kPlaceBits) - 1);
}

}  // namespace

std::optional<JpegIndex> JpegIndex::open(ByteView bytes, const JpegFrame& frame, ByteView picture) {
  if (bytes.size() < kHeaderBytes + kEntryBytes + kChecksumBytes ||
      std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0 ||
      load<uint32_t>(&bytes[4]) != picture.size()) {
    return std::nullopt;
  }
  JpegIndex index;
  index.every_ = load<uint16_t>(&bytes[12]);
  index.rows_ = load<uint16_t>(&bytes[14]);
  index.mcus_per_row_ = frame.mcus_per_row;
  if (index.rows_ < 1 || index.rows_ > frame.mcu_rows) return std::nullopt;
  const size_t count = static_cast<size_t>(index.rows_) * index.entries_per_row() + 1;
  const size_t checked = kHeaderBytes + count * kEntryBytes;
  if (bytes.size() != checked + kChecksumBytes ||
      load<uint32_t>(&bytes[checked]) != crc32c(bytes.first(checked)) ||
      load<uint32_t>(&bytes[8]) != crc32c(picture)) {
    return std::nullopt;
  }
  index.entries_ = bytes.subspan(kHeaderBytes, count * kEntryBytes);
  // A block takes two bits at least, one for its DC symbol and one for the end of block.
  const uint64_t mcu_bits = 2 * static_cast<uint64_t>(frame.blocks_per_mcu);
  const size_t per_row = index.entries_per_row();
  uint64_t least = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t place = place_of(load<uint64_t>(&index.entries_[i * kEntryBytes]));
    if (place < least) return std::nullopt;
    least = place + mcu_bits * mcus_of_entry(i % per_row, index.mcus_per_row_, index.every_);
    if (i + 1 == count) least = place;
  }
  if (least > uint64_t{picture.size() - frame.scan_begin} * 8) return std::nullopt;
  return index;
}

size_t JpegIndex::entries_per_row() const {
  return entries_of_row(mcus_per_row_, every_);
}

JpegIndex::Place JpegIndex::entry(size_t number) const {
  const uint64_t entry = load<uint64_t>(&entries_[number * kEntryBytes]);
  Place place;
  place.bit = place_of(entry);
  for (int i = 0; i < kMaxComponents; ++i) {
    // To the top, and back with the sign.
    const int above = 64 - kPlaceBits - kPredictorBits * (i + 1);
    place.dc[i] = static_cast<int>(static_cast<int64_t>(entry << above) >> (64 - kPredictorBits));
  }
  return place;
}

JpegIndex::Place JpegIndex::at_or_before(int row, int& mcu) const {
  const size_t step = every_ == 0 ? 0 : static_cast<size_t>(mcu / every_);
  mcu = static_cast<int>(step) * every_;
  return entry(static_cast<size_t>(row) * entries_per_row() + step);
}

JpegIndex::Place JpegIndex::after(int row, int mcu) const {
  const size_t step = every_ == 0 ? 0 : static_cast<size_t>(mcu / every_);
  return entry(static_cast<size_t>(row) * entries_per_row() + step + 1);
}

JpegIndex::Place JpegIndex::row_begin(int row) const {
  return entry(static_cast<size_t>(row) * entries_per_row());
}

void JpegIndexWriter::reset(const JpegFrame& frame, int every) {
  entries_.clear();
  every_ = every;
  entries_per_row_ = entries_of_row(frame.mcus_per_row, every);
  full_ = false;
}

void JpegIndexWriter::copy(const JpegIndex& index) {
  for (int row = 0; row < index.rows(); ++row) {
    int mcu = 0;
    add(index.at_or_before(row, mcu));
  }
}

bool JpegIndexWriter::add(const JpegIndex::Place& place) {
  constexpr int kLimit = 1 << (kPredictorBits - 1);
  uint64_t entry = place.bit;
  full_ = full_ || place.bit >> kPlaceBits != 0;
  for (int i = 0; i < kMaxComponents; ++i) {
    full_ = full_ || place.dc[i] < -kLimit || place.dc[i] >= kLimit;
    const auto bits = static_cast<uint64_t>(place.dc[i]) & ((1 << kPredictorBits) - 1);
    entry |= bits << (kPlaceBits + kPredictorBits * i);
  }
  if (!full_) entries_.push_back(entry);
  return !full_;
}

int JpegIndexWriter::rows() const {
  return entries_.empty() ? 0 : static_cast<int>((entries_.size() - 1) / entries_per_row_);
}

void JpegIndexWriter::write(ByteBuffer& out, ByteView picture) const {
  out.resize(0);
  if (rows() == 0 || picture.size() > UINT32_MAX) return;
  const size_t count = static_cast<size_t>(rows()) * entries_per_row_ + 1;
  const size_t checked = kHeaderBytes + count * kEntryBytes;
  out.resize(checked + kChecksumBytes);
  uint8_t* const at = out.data();
  std::memcpy(at, kMagic, sizeof kMagic);
  store(at + 4, static_cast<uint32_t>(picture.size()));
  store(at + 8, crc32c(picture));
  store(at + 12, static_cast<uint16_t>(every_));
  store(at + 14, static_cast<uint16_t>(rows()));
  for (size_t i = 0; i < count; ++i) store(at + kHeaderBytes + i * kEntryBytes, entries_[i]);
  store(at + checked, crc32c({at, checked}));
}

}  // namespace headrace
