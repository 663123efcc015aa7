#include "headrace/decoders/tiff_directory.h"

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

std::optional<uint32_t> TiffDirectory::find(uint32_t tag, size_t index) const {
  for (size_t i = 0; i < count_; ++i) {
    const size_t entry = entries_ + i * kEntrySize;
    if (view_.u16(entry) != tag) continue;
    const size_t size = value_size(view_.u16(entry + 2));
    const size_t count = view_.u32(entry + 4);
    if (size == 0 || index >= count) return std::nullopt;
    // Up to four bytes lie in the entry itself, more where it points.
    const size_t first = count <= 4 / size ? entry + 8 : view_.u32(entry + 8);
    const size_t at = first + index * size;  // at most 5 * 2^32
    if (!view_.has(at, size)) return std::nullopt;
    return size == 1 ? view_.u8(at) : size == 2 ? view_.u16(at) : view_.u32(at);
  }
  return std::nullopt;
}

}  // namespace headrace
