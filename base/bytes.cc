#include "headrace/base/bytes.h"

#include <cstring>
#include <new>

namespace headrace {

void ByteBuffer::Free::operator()(uint8_t* memory) const {
  ::operator delete[](memory, std::align_val_t{kAlignment});
}

void ByteBuffer::resize(size_t size) {
  if (size > capacity_ || data_ == nullptr) {
    // A half more than asked: sizes vary from sample to sample, allocations should not.
    const size_t capacity = size + size / 2;
    data_.reset();  // the old content is not kept, so its memory may serve
    capacity_ = 0;
    size_ = 0;
    data_.reset(
        static_cast<uint8_t*>(::operator new[](capacity + kPadding, std::align_val_t{kAlignment})));
    std::memset(data_.get() + capacity, 0, kPadding);
    capacity_ = capacity;
  }
  size_ = size;
}

}  // namespace headrace
