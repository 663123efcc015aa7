// What the tests of the side index share.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "headrace/decoders/baseline/jpeg_index.h"
#include "headrace/formats/crc32c.h"
#include "made_pictures.h"
#include "test_pictures.h"

namespace headrace {

inline constexpr size_t kIndexHeaderBytes = 16;
inline constexpr size_t kIndexEntryBytes = 8;
inline constexpr size_t kIndexChecksumBytes = 4;

inline size_t entries_in(const FileBytes& index) {
  return (index.size() - kIndexHeaderBytes - kIndexChecksumBytes) / kIndexEntryBytes;
}

inline FileBytes bytes_of(const ByteBuffer& buffer) {
  return {buffer.view().begin(), buffer.view().end()};
}

// A number in little endian.
inline void put(FileBytes& bytes, size_t at, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<uint8_t>(value >> 8 * i);
}

// The index with the checksum that its bytes call for.
inline FileBytes with_checksum(FileBytes index) {
  const size_t checked = index.size() - kIndexChecksumBytes;
  put(index, checked, crc32c(ByteView(index).first(checked)), kIndexChecksumBytes);
  return index;
}

// A picture, and a decoder for it.
class JpegIndexTest : public testing::Test {
 protected:
  void open_picture(const FileBytes& file) {
    file_ = exact_copy(file, file.size());
    ASSERT_EQ(parse_jpeg_frame(frame_, file_), DecodeReason::kNone);
    expected_ = decode_whole(file_);
    ASSERT_TRUE(expected_.has_value());
  }

  FileBytes make(int every) {
    ByteBuffer index;
    EXPECT_EQ(decoder_.make_index(index, file_, every), DecodeReason::kNone);
    return bytes_of(index);
  }

  bool opens(const FileBytes& index) const {
    return JpegIndex::open(exact_copy(index, index.size()), frame_, file_).has_value();
  }

  // Decodes a region with this stored; what comes to be stored instead.
  FileBytes decode(const FileBytes& known, const Region& region, bool served) {
    const FileBytes exact = exact_copy(known, known.size());
    IndexExchange exchange;
    exchange.known = exact;
    exchange.record = true;
    const auto outcome = decoder_.decode(image_, file_, region, &exchange);
    EXPECT_EQ(outcome.reason, DecodeReason::kNone);
    EXPECT_EQ(outcome.indexed, served);
    EXPECT_TRUE(holds(image_, *expected_, region));
    return bytes_of(exchange.grown);
  }

  Region whole() const { return {0, 0, frame_.width, frame_.height}; }

  std::mt19937 random_{1};
  FileBytes file_;
  JpegFrame frame_;
  std::optional<ReferencePicture> expected_;
  BaselineDecoder decoder_;
  Image image_;
};

}  // namespace headrace
