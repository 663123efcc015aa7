// Integers in the byte order of our files. Used inside this room only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace headrace {

template <class Integer>
Integer load_little_endian(const uint8_t* bytes) {
  Integer value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) value |= Integer{bytes[i]} << (8 * i);
  return value;
}

template <class Integer>
void store_little_endian(uint8_t* bytes, Integer value) {
  for (size_t i = 0; i < sizeof(Integer); ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
}

}  // namespace headrace
