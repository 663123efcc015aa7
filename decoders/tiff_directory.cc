#include "headrace/decoders/tiff_directory.h"

#include <algorithm>

namespace headrace {
namespace {

constexpr size_t kEntrySize = 12;

// Bytes of one value by TIFF field type; 0 for types that are no small unsigned number.
size_t value_size(uint32_t type) {
  switch (type) {
    case 1:
      return 1;  // BYTE
    case 3:
      return 2;  // SHORT
    case 4:
      return 4;  // LONG
    default:
      return 0;
  }
}

}  // namespace

std::optional<TiffDirectory> TiffDirectory::open(ByteView bytes) {
  if (bytes.size() < 8 || bytes[0] != bytes[1] || (bytes[0] != 'I' && bytes[0] != 'M')) {
    return std::nullopt;
  }
  const EndianView view(bytes, bytes[0] == 'M' ? std::endian::big : std::endian::little);
  if (view.u16(2) != 42) return std::nullopt;
  const size_t offset = view.u32(4);
  if (!view.has(offset, 2)) return std::nullopt;
  const size_t count = view.u16(offset);
  if (!view.has(offset + 2, count * kEntrySize)) return std::nullopt;
  return TiffDirectory(view, offset + 2, count);
}

TiffField TiffDirectory::field(uint32_t tag) const {
  for (size_t i = 0; i < count_; ++i) {
    const size_t entry = entries_ + i * kEntrySize;
    if (view_.u16(entry) != tag) continue;
    const size_t size = value_size(view_.u16(entry + 2));
    const size_t count = view_.u32(entry + 4);
    if (size == 0) return {};
    // Up to four bytes lie in the entry itself, more where it points.
    const size_t offset = count <= 4 / size ? entry + 8 : view_.u32(entry + 8);
    if (offset > view_.size()) return {};
    return {offset, size, std::min(count, (view_.size() - offset) / size)};
  }
  return {};
}

uint32_t TiffDirectory::value(const TiffField& field, size_t index) const {
  if (index >= field.count) return 0;
  const size_t at = field.offset + index * field.value_size;
  switch (field.value_size) {
    case 1:
      return view_.u8(at);
    case 2:
      return view_.u16(at);
    default:
      return view_.u32(at);
  }
}

}  // namespace headrace
