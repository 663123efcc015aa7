#include "headrace/formats/tfrecord.h"

#include <algorithm>

#include "headrace/formats/crc32c.h"
#include "headrace/formats/little_endian.h"

namespace headrace {
namespace {

uint32_t masked_crc32c(ByteView bytes) {
  return mask_crc32c(crc32c(bytes));
}

// The length in a header, once its checksum is right.
Result<uint64_t> checked_length(ByteView header, uint64_t offset) {
  const auto stored = load_little_endian<uint32_t>(header.data() + 8);
  const uint32_t computed = masked_crc32c(header.first(8));
  if (stored != computed) {
    if (offset == 0 && header[0] == 0x1f && header[1] == 0x8b)
      return unsupported("a gzip-compressed file: decompress it first");
    return corrupt_data("bad length checksum: stored {:08x}, computed {:08x}", stored, computed);
  }
  const auto length = load_little_endian<uint64_t>(header.data());
  if (length > kMaxTfRecordBytes) {
    return resource_exhausted("a record of {} bytes, more than the {} allowed", length,
                              kMaxTfRecordBytes);
  }
  return length;
}

Result<RecordSpan> read_header(const RandomAccessFile& file, uint64_t offset) {
  const uint64_t left = file.size() - std::min(offset, file.size());
  if (left < kTfRecordHeaderBytes) {
    return corrupt_data("truncated: {} of the header's {} bytes are there", left,
                        kTfRecordHeaderBytes);
  }
  uint8_t header[kTfRecordHeaderBytes];
  HEADRACE_RETURN_IF_ERROR(file.read_at(header, offset));
  HEADRACE_ASSIGN_OR_RETURN(const uint64_t length, checked_length(header, offset));
  const RecordSpan span{offset, length + kTfRecordFrameBytes};
  if (span.size > left) {
    return corrupt_data("truncated: {} of the record's {} bytes are there", left, span.size);
  }
  return span;
}

Result<ByteView> read_record(ByteBuffer& buffer, const RandomAccessFile& file,
                             const RecordSpan& span, DataCheck check) {
  if (span.size < kTfRecordFrameBytes || span.size - kTfRecordFrameBytes > kMaxTfRecordBytes)
    return invalid_argument("no record has {} bytes", span.size);
  if (span.offset > file.size() || span.size > file.size() - span.offset)
    return corrupt_data("truncated: {} bytes wanted, the file ends at {}", span.size, file.size());
  buffer.resize(span.size);
  HEADRACE_RETURN_IF_ERROR(file.read_at(buffer.span(), span.offset));
  HEADRACE_ASSIGN_OR_RETURN(const uint64_t length,
                            checked_length(buffer.view().first(kTfRecordHeaderBytes), span.offset));
  if (length + kTfRecordFrameBytes != span.size) {
    return corrupt_data("the record has {} bytes, its index says {}", length + kTfRecordFrameBytes,
                        span.size);
  }
  const ByteView data = buffer.view().subspan(kTfRecordHeaderBytes, length);
  if (check == DataCheck::kChecksum) {
    const auto stored = load_little_endian<uint32_t>(data.data() + length);
    const uint32_t computed = masked_crc32c(data);
    if (stored != computed)
      return corrupt_data("bad data checksum: stored {:08x}, computed {:08x}", stored, computed);
  }
  return data;
}

// Puts "FILE @ OFFSET" before an error.
template <class T>
Result<T> located(Result<T> result, const RandomAccessFile& file, uint64_t offset) {
  if (result.ok()) return result;
  return result.status().annotate(fmt::format("{} @ {}", file.name(), offset));
}

}  // namespace

Result<RecordSpan> read_tfrecord_header(const RandomAccessFile& file, uint64_t offset) {
  return located(read_header(file, offset), file, offset);
}

Result<ByteView> read_tfrecord(ByteBuffer& buffer, const RandomAccessFile& file,
                               const RecordSpan& span, DataCheck check) {
  return located(read_record(buffer, file, span, check), file, span.offset);
}

Result<TfRecordFrame> frame_tfrecord(ByteView data) {
  if (data.size() > kMaxTfRecordBytes) {
    return resource_exhausted("a record of {} bytes, more than the {} allowed", data.size(),
                              kMaxTfRecordBytes);
  }
  TfRecordFrame frame{};
  store_little_endian<uint64_t>(frame.header.data(), data.size());
  store_little_endian(frame.header.data() + 8, masked_crc32c(ByteView(frame.header).first(8)));
  store_little_endian(frame.footer.data(), masked_crc32c(data));
  return frame;
}

}  // namespace headrace
