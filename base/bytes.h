// Views of bytes and a growable buffer to read them into.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace headrace {

using ByteView = std::span<const uint8_t>;
using MutableByteView = std::span<uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Bytes that keep their allocation when they shrink and grow again, so that one buffer a worker
// costs nothing a sample. Not initialised. The memory starts at a multiple of 64 and is readable
// (not part of the content) for kPadding bytes past size(), so that vector code may load whole
// registers at the end.
//
// Threads: one at a time, like std::vector.
class ByteBuffer {
 public:
  static constexpr size_t kAlignment = 64;
  static constexpr size_t kPadding = 192;

  ByteBuffer() = default;

  // Makes size() equal `size`. Keeps the content only where the allocation was large enough.
  // Throws std::bad_alloc: callers check sizes that come from foreign bytes against a cap first.
  void resize(size_t size);

  uint8_t* data() { return data_.get(); }
  const uint8_t* data() const { return data_.get(); }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  ByteView view() const { return {data_.get(), size_}; }
  MutableByteView span() { return {data_.get(), size_}; }

 private:
  struct Free {
    void operator()(uint8_t* memory) const;
  };
  std::unique_ptr<uint8_t[], Free> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace headrace
