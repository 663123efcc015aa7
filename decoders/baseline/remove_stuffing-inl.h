// A scan's bytes without stuffing, and how much of it there is.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_REMOVE_STUFFING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_REMOVE_STUFFING_INL_H_
#undef HEADRACE_DECODERS_REMOVE_STUFFING_INL_H_
#else
#define HEADRACE_DECODERS_REMOVE_STUFFING_INL_H_
#endif

#include <hwy/highway.h>

#include "headrace/decoders/baseline/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

inline size_t remove_stuffing(uint8_t* out, size_t& written, const uint8_t* in, size_t size) {
  const hn::CappedTag<uint8_t, 32> d;  // an 0xFF comes every 100 bytes or so
  const auto marker = hn::Set(d, 0xFF);
  size_t from = 0;
  size_t to = 0;
  while (from < size) {
    if (from + hn::Lanes(d) <= size) {
      const auto v = hn::LoadU(d, in + from);
      hn::StoreU(v, d, out + to);
      const intptr_t found = hn::FindFirstTrue(d, hn::Eq(v, marker));
      if (found < 0) {
        from += hn::Lanes(d);
        to += hn::Lanes(d);
        continue;
      }
      from += static_cast<size_t>(found);
      to += static_cast<size_t>(found);
    } else if (in[from] != 0xFF) {
      out[to++] = in[from++];
      continue;
    }
    // At an 0xFF.
    if (from + 1 >= size || in[from + 1] != 0) break;
    out[to++] = 0xFF;
    from += 2;
  }
  written = to;
  return from;
}

inline size_t count_stuffing(const uint8_t* in, size_t size) {
  const hn::CappedTag<uint8_t, 64> d;
  const auto marker = hn::Set(d, 0xFF);
  const auto zero = hn::Zero(d);
  const uint8_t* const before = in - 1;
  size_t count = 0;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= size; i += hn::Lanes(d)) {
    const auto stuffing =
        hn::And(hn::Eq(hn::LoadU(d, in + i), zero), hn::Eq(hn::LoadU(d, before + i), marker));
    count += hn::CountTrue(d, stuffing);
  }
  for (; i < size; ++i) count += static_cast<size_t>(in[i] == 0 && before[i] == 0xFF);
  return count;
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
