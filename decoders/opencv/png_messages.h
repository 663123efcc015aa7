// What went wrong in this thread's decoding.
#pragma once

#include <cstddef>

namespace headrace {

inline constexpr size_t kDecodeErrorSize = 200;

// Text that ends with 0, kDecodeErrorSize bytes of it; each thread has its own.
char* decode_error();

}  // namespace headrace
