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

// The answer comes from squaring the linear map "one zero byte" on the 32-bit state.
TEST(Crc32c, GoesThroughMoreThanOnePiece) {
  const size_t size = (size_t{1} << 30) + 5;  // never written, so it costs no memory
  void* const zeros =
      ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(zeros, MAP_FAILED);
  EXPECT_EQ(crc32c(ByteView(static_cast<const uint8_t*>(zeros), size)), 0x561c92c5U);
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
