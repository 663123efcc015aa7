// AVX-512 is switched on for the functions between HWY_PUSH_ATTRIBUTES and HWY_POP_ATTRIBUTES
// alone, by a pragma that g++ and clang each have. A compiler flag for the file would also hold for
// every inline function that a standard header brings along, and of its many copies in a program
// the linker keeps any one: machines without AVX-512 might run this one.
#include "headrace/augment/resize_vnni.h"

#include <hwy/base.h>

#if HWY_ARCH_X86

#include "headrace/augment/avx512_intrinsics.h"

#include "headrace/augment/resize_vnni_tables.h"

namespace headrace::vnni {
namespace {

constexpr int kChannels = 3;
constexpr int kSplitPixels = 32;

struct alignas(kVectorBytes) Bytes {
  uint8_t at[kVectorBytes];
};

// The top bytes of two vectors of sums, one behind the other.
constexpr Bytes make_top_bytes() {
  Bytes bytes{};
  for (int i = 0; i < kVectorBytes; ++i) bytes.at[i] = static_cast<uint8_t>(4 * (i % 32) + 3);
  return bytes;
}
constexpr Bytes kTopBytes = make_top_bytes();

// The top bytes of vectors 0 and 1 of four (or 2 and 3), where each block of 128 bits of the result
// takes a block of vector 0, of 1, of 2 and of 3.
constexpr Bytes make_top_bytes_by_block() {
  Bytes bytes{};
  for (int i = 0; i < kVectorBytes; ++i) {
    const int block = i / 16;
    const int vector = i / 4 % 4;
    const int lane = i % 4;
    bytes.at[i] = static_cast<uint8_t>(kVectorBytes * (vector % 2) + 16 * block + 4 * lane + 3);
  }
  return bytes;
}
constexpr Bytes kTopBytesByBlock = make_top_bytes_by_block();

// Every third of 96 bytes; the lower half counts.
constexpr Bytes make_every_third() {
  Bytes bytes{};
  for (int i = 0; i < kSplitPixels; ++i) bytes.at[i] = static_cast<uint8_t>(kChannels * i);
  return bytes;
}
constexpr Bytes kEveryThird = make_every_third();

}  // namespace
}  // namespace headrace::vnni

HWY_PUSH_ATTRIBUTES("avx512f,avx512bw,avx512vbmi,avx512vnni")
namespace headrace::vnni {
namespace {

using Vector = __m512i;

HWY_INLINE Vector load(const uint8_t* bytes) {
  return _mm512_loadu_si512(bytes);
}

// The shares of the three digits in 16 sums, each.
struct Sums {
  Vector high, middle, low;
};

// Adds a group of taps. kOnly: it is the only one, and its digits need not be kept apart.
template <bool kOnly>
HWY_INLINE void add(Sums& sums, Vector high, Vector middle, Vector low, Vector pixels) {
  sums.high = _mm512_dpbusd_epi32(sums.high, high, pixels);
  if constexpr (kOnly) {
    const Vector upper = _mm512_dpbusd_epi32(_mm512_slli_epi32(sums.high, 8), middle, pixels);
    sums.low = _mm512_add_epi32(sums.low, _mm512_slli_epi32(upper, 8));
  } else {
    sums.middle = _mm512_dpbusd_epi32(sums.middle, middle, pixels);
  }
  sums.low = _mm512_dpbusd_epi32(sums.low, low, pixels);
}

template <bool kOnly>
HWY_INLINE Vector total(const Sums& sums) {
  if constexpr (kOnly) return sums.low;
  const Vector upper = _mm512_add_epi32(_mm512_slli_epi32(sums.high, 8), sums.middle);
  return _mm512_add_epi32(_mm512_slli_epi32(upper, 8), sums.low);
}

// kWide: the bytes that are picked lie in two vectors.
template <bool kWide>
HWY_INLINE Vector pick_taps(const uint8_t* source, Vector indices) {
  if constexpr (kWide) {
    return _mm512_permutex2var_epi8(load(source), indices, load(source + kVectorBytes));
  } else {
    return _mm512_permutexvar_epi8(indices, load(source));
  }
}

HWY_INLINE void store_block(uint8_t* out, __m128i bytes) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), bytes);
}

// kGroups: groups of taps where that is known at compile time, else 0.
template <int kGroups, bool kWide>
void rows_across(uint8_t* const* out, const uint8_t* const* rows, const VnniTables& tables) {
  constexpr bool kOnly = kGroups == 1;
  const int groups = kGroups > 0 ? kGroups : tables.across.groups;
  const Vector to_signed = _mm512_set1_epi8(-128);
  const Vector zero = _mm512_setzero_si512();
  const Vector top = _mm512_load_si512(&kTopBytes);
  const auto* entry = reinterpret_cast<const Vector*>(tables.entries.data());
  size_t at = 0;
  for (const int32_t source : tables.sources) {
    const Vector indices = entry[kIndices];
    Sums sums[kRows];
    for (Sums& s : sums) s = {zero, zero, entry[kStart]};
    entry += kBlockDigits;
    for (int group = 0; group < groups; ++group) {
      const int from = source + group * kGroup * kChannels;
      for (int r = 0; r < kRows; ++r) {
        const Vector pixels = pick_taps<kWide>(rows[r] + from, indices);
        add<kOnly>(sums[r], entry[0], entry[1], entry[2], _mm512_xor_si512(pixels, to_signed));
      }
      entry += kDigits;
    }
    const Vector rows01 =
        _mm512_permutex2var_epi8(total<kOnly>(sums[0]), top, total<kOnly>(sums[1]));
    const Vector rows23 =
        _mm512_permutex2var_epi8(total<kOnly>(sums[2]), top, total<kOnly>(sums[3]));
    store_block(out[0] + at, _mm512_castsi512_si128(rows01));
    store_block(out[1] + at, _mm512_extracti32x4_epi32(rows01, 1));
    store_block(out[2] + at, _mm512_castsi512_si128(rows23));
    store_block(out[3] + at, _mm512_extracti32x4_epi32(rows23, 1));
    at += kLanes;
  }
}

HWY_INLINE Vector in_all_lanes(uint32_t word) {
  return _mm512_set1_epi32(static_cast<int32_t>(word));
}

// kGroups as above; kTwo: at most two taps.
template <int kGroups, bool kTwo>
void columns_down(uint8_t* out, const uint8_t* const* rows, const WeightDigits& digits, int y,
                  size_t bytes) {
  constexpr bool kOnly = kGroups == 1;
  const int groups = kGroups > 0 ? kGroups : digits.groups;
  const size_t stride = digits.stride;
  const uint32_t* words = digits.words.data() + kMargin + y;
  const Vector zero = _mm512_setzero_si512();
  const Vector start = in_all_lanes(words[kStartRow * stride]);
  const Vector top = _mm512_load_si512(&kTopBytesByBlock);
  for (size_t i = 0; i < bytes; i += kVectorBytes) {
    Sums s0{zero, zero, start}, s1 = s0, s2 = s0, s3 = s0;
    const uint32_t* digit = words + kDigitRows * stride;
    const uint8_t* const* tap = rows;
    for (int group = 0; group < groups; ++group) {
      const Vector high = in_all_lanes(digit[0]);
      const Vector middle = in_all_lanes(digit[stride]);
      const Vector low = in_all_lanes(digit[2 * stride]);
      const Vector a = load(tap[0] + i);
      const Vector b = load(tap[1] + i);
      const Vector c = kTwo ? zero : load(tap[2] + i);
      const Vector d = kTwo ? zero : load(tap[3] + i);
      // Bytes a0 b0 a1 b1 ..., then a0 b0 c0 d0 a1 ...; block by block, as kTopBytesByBlock undoes.
      const Vector ab_lower = _mm512_unpacklo_epi8(a, b);
      const Vector ab_upper = _mm512_unpackhi_epi8(a, b);
      const Vector cd_lower = _mm512_unpacklo_epi8(c, d);
      const Vector cd_upper = _mm512_unpackhi_epi8(c, d);
      add<kOnly>(s0, high, middle, low, _mm512_unpacklo_epi16(ab_lower, cd_lower));
      add<kOnly>(s1, high, middle, low, _mm512_unpackhi_epi16(ab_lower, cd_lower));
      add<kOnly>(s2, high, middle, low, _mm512_unpacklo_epi16(ab_upper, cd_upper));
      add<kOnly>(s3, high, middle, low, _mm512_unpackhi_epi16(ab_upper, cd_upper));
      digit += kDigits * stride;
      tap += kGroup;
    }
    const Vector from01 = _mm512_permutex2var_epi8(total<kOnly>(s0), top, total<kOnly>(s1));
    const Vector from23 = _mm512_permutex2var_epi8(total<kOnly>(s2), top, total<kOnly>(s3));
    constexpr __mmask16 k23 = 0xCCCC;  // in each block four words, of vectors 0, 1, 2 and 3
    _mm512_storeu_si512(out + i, _mm512_mask_blend_epi32(k23, from01, from23));
  }
}

}  // namespace

void horizontal_pass(uint8_t* const* out, const uint8_t* const* rows, const VnniTables& tables) {
  if (tables.across.groups == 1) {
    (tables.wide ? rows_across<1, true> : rows_across<1, false>)(out, rows, tables);
  } else {
    (tables.wide ? rows_across<0, true> : rows_across<0, false>)(out, rows, tables);
  }
}

void vertical_pass(uint8_t* out, const uint8_t* const* rows, const VnniTables& tables, int y,
                   size_t bytes) {
  if (tables.down.taps <= 2) {
    columns_down<1, true>(out, rows, tables.down, y, bytes);
  } else if (tables.down.groups == 1) {
    columns_down<1, false>(out, rows, tables.down, y, bytes);
  } else {
    columns_down<0, false>(out, rows, tables.down, y, bytes);
  }
}

void split_channels(uint8_t* planes, size_t stride, const uint8_t* line, int width) {
  const Vector every_third = _mm512_load_si512(&kEveryThird);
  for (int x = 0; x < width; x += kSplitPixels) {
    const Vector first = load(line + kChannels * x);
    const Vector rest = load(line + kChannels * x + kVectorBytes);
    for (int c = 0; c < kChannels; ++c) {
      const Vector from = _mm512_add_epi8(every_third, _mm512_set1_epi8(static_cast<char>(c)));
      const Vector plane = _mm512_permutex2var_epi8(first, from, rest);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(planes + c * stride + x),
                          _mm512_castsi512_si256(plane));
    }
  }
}

}  // namespace headrace::vnni
HWY_POP_ATTRIBUTES

namespace headrace::vnni {

bool runs_here() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

}  // namespace headrace::vnni

#else

namespace headrace::vnni {

bool runs_here() {
  return false;
}

}  // namespace headrace::vnni

#endif  // HWY_ARCH_X86
