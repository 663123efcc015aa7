#include "headrace/formats/crc32c.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <array>
#include <numeric>

namespace headrace {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, MatchesTheRfc) {
  std::array<uint8_t, 32> bytes{};
  EXPECT_EQ(crc32c(bytes), 0x8a9136aaU);
  bytes.fill(0xff);
  EXPECT_EQ(crc32c(bytes), 0x62a8ab43U);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  EXPECT_EQ(crc32c(bytes), 0x46dd794eU);
  std::iota(bytes.rbegin(), bytes.rend(), uint8_t{0});
  EXPECT_EQ(crc32c(bytes), 0x113fdb5cU);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);  // the usual check value
  EXPECT_EQ(crc32c({}), 0U);
}

TEST(Crc32c, ContinuesWhereAnotherEnded) {
  const ByteView whole = as_bytes("the quick brown fox jumps over the lazy dog");
  for (size_t cut = 0; cut <= whole.size(); ++cut)
    EXPECT_EQ(crc32c(whole.subspan(cut), crc32c(whole.first(cut))), crc32c(whole)) << cut;
}

TEST(Crc32c, TakesMoreThanAnIntOfBytes) {
  const size_t size = (size_t{1} << 31) + 5;  // never written, so it costs no memory
  void* const zeros =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(zeros, MAP_FAILED);
  const ByteView bytes(static_cast<const uint8_t*>(zeros), size);
  uint32_t in_pieces = 0;
  for (size_t at = 0; at < size; at += 1 << 20)
    in_pieces = crc32c(bytes.subspan(at, std::min<size_t>(1 << 20, size - at)), in_pieces);
  EXPECT_EQ(crc32c(bytes), in_pieces);
  ::munmap(zeros, size);
}

// tensorflow/core/lib/hash/crc32c.h: rotate right by 15, add a constant.
TEST(Crc32c, IsMaskedAsTensorFlowDoes) {
  EXPECT_EQ(mask_crc32c(0), 0xa282ead8U);
  EXPECT_EQ(mask_crc32c(0x8000), 0xa282ead9U);
  EXPECT_EQ(mask_crc32c(1), 0xa284ead8U);
}

}  // namespace
}  // namespace headrace
