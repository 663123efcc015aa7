#include "headrace/base/bytes.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace headrace {
namespace {

TEST(ByteBuffer, IsAlignedAndKeepsItsAllocation) {
  ByteBuffer buffer;
  buffer.resize(1000);
  const uint8_t* first = buffer.data();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % ByteBuffer::kAlignment, 0U);
  buffer.data()[999] = 5;
  buffer.resize(10);
  buffer.resize(1400);
  EXPECT_EQ(buffer.data(), first) << "half as much again was promised";
  EXPECT_EQ(buffer.size(), 1400U);
  EXPECT_EQ(buffer.data()[999], 5);
}

TEST(ByteBuffer, PaddingIsReadable) {
  ByteBuffer buffer;
  buffer.resize(0);
  unsigned sum = 0;
  for (size_t i = 0; i < ByteBuffer::kPadding; ++i) sum += buffer.data()[i];  // ASan watches
  EXPECT_EQ(sum, 0U);
}

}  // namespace
}  // namespace headrace
