// Compiled once per Highway target (foreach_target.h includes this file again for each).
#include "headrace/augment/resize_highway.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "headrace/augment/resize_highway.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, which decides what it means.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "headrace/augment/resize_finish-inl.h"
#include "headrace/augment/resize_horizontal-inl.h"
#include "headrace/augment/resize_reference.h"
#include "headrace/augment/resize_tables.h"
#include "headrace/augment/resize_vertical-inl.h"
#include "headrace/augment/resize_vnni.h"
#include "headrace/augment/resize_vnni_tables.h"
#include "headrace/augment/resize_weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

#if HWY_TARGET <= HWY_SSSE3  // the x86 targets

// What RowMaker and write_floats are made of: by pairs of int16, on every target.
struct PairKernel {
  static constexpr int kRows = 2;  // source rows that across() takes at once

  static void make_tables(ResizeScratch& scratch, bool flip) {
    scratch.vnni.in_use = false;
    make_horizontal_table(scratch.across, scratch.x, flip, kRowBlocks);
  }
  static void across(uint8_t* const* out, const uint8_t* const* rows,
                     const ResizeScratch& scratch) {
    horizontal_pass({out[0], out[1]}, {rows[0], rows[1]}, scratch.across);
  }
  static void down(uint8_t* out, const uint8_t* const* rows, const ResizeScratch& scratch, int y,
                   size_t bytes) {
    vertical_pass(out, rows, scratch.y, y, bytes);
  }
  static void split(uint8_t* planes, const uint8_t* line, int width) {
    split_channels(planes, line, width);
  }
};

#if HWY_TARGET <= HWY_AVX3
// The same by VNNI: Highway 1.0.3 has none of it, so these functions choose their instructions
// themselves, and are called only where the machine has them.
struct VnniKernel {
  static constexpr int kRows = vnni::kRows;

  // False where it cannot serve.
  static bool make_tables(ResizeScratch& scratch, bool flip) {
    scratch.vnni.in_use = scratch.use_vnni && vnni::runs_here() &&
                          vnni::make_tables(scratch.vnni, scratch.x, scratch.y, flip);
    return scratch.vnni.in_use;
  }
  static void across(uint8_t* const* out, const uint8_t* const* rows,
                     const ResizeScratch& scratch) {
    vnni::horizontal_pass(out, rows, scratch.vnni);
  }
  static void down(uint8_t* out, const uint8_t* const* rows, const ResizeScratch& scratch, int y,
                   size_t bytes) {
    vnni::vertical_pass(out, rows, scratch.vnni, y, bytes);
  }
  static void split(uint8_t* planes, const uint8_t* line, int width) {
    vnni::split_channels(planes, plane_stride(width), line, width);
  }
};
#endif

// Makes the rows of the result one after the other. A source row is resized horizontally once, into
// a ring that holds just the rows under the vertical filter: 4 to 16 of them up to a scale of 6,
// which stay in the L1 cache.
template <class Kernel>
class RowMaker {
 public:
  // The weights and the tables in the scratch are made.
  RowMaker(const Image& in, int width, ResizeScratch& scratch)
      : in_(in), scratch_(scratch), width_(width) {
    const int taps = scratch.y.taps;
    int rows = 4;
    while (rows < taps + Kernel::kRows) rows *= 2;
    row_mask_ = rows - 1;
    row_bytes_ = ring_row_bytes(width_);
    scratch.ring.resize(rows * row_bytes_);
    scratch.line.resize(3 * plane_stride(width_) + 64);
    scratch.taps_down.resize((taps + 3) / 4 * 4);
    done_ = scratch.y.first[0];
  }

  // Row y, 3 * width bytes, readable as far as split_channels() reads; y counts up from 0. Valid
  // until the next call.
  const uint8_t* make(int y) {
    const int first = scratch_.y.first[y];
    while (done_ < first + scratch_.y.taps) make_ring_rows();
    int tap = first;
    for (const uint8_t*& row : scratch_.taps_down) row = ring_row(tap++);
    uint8_t* line = scratch_.line.data();
    Kernel::down(line, scratch_.taps_down.data(), scratch_, y, size_t{3} * width_);
    return line;
  }

 private:
  uint8_t* ring_row(int y) { return scratch_.ring.data() + (y & row_mask_) * row_bytes_; }

  void make_ring_rows() {
    uint8_t* out[Kernel::kRows];
    const uint8_t* rows[Kernel::kRows];
    for (int i = 0; i < Kernel::kRows; ++i, ++done_) {
      out[i] = ring_row(done_);
      // After the last row comes the same again, into rows nobody reads.
      rows[i] = in_.row(std::min(done_, in_.height() - 1));
    }
    Kernel::across(out, rows, scratch_);
  }

  const Image& in_;
  ResizeScratch& scratch_;
  int width_;
  int row_mask_ = 0;
  size_t row_bytes_ = 0;
  int done_ = 0;  // source rows before this one are in the ring, or were
};

template <class Kernel>
void write_pixels(Image& out, const Image& in, ResizeScratch& scratch) {
  RowMaker<Kernel> rows(in, out.width(), scratch);
  for (int y = 0; y < out.height(); ++y) std::memcpy(out.row(y), rows.make(y), out.stride());
}

template <class Kernel>
void write_floats(float* slot, const Image& in, int width, int height, const Normaliser& normaliser,
                  ResizeScratch& scratch) {
  const size_t plane_floats = static_cast<size_t>(width) * height;
  const bool products = use_products(normaliser);
  const bool stream = products && may_stream(slot, width);
  RowMaker<Kernel> rows(in, width, scratch);
  scratch.planes.resize(3 * plane_stride(width));
  for (int y = 0; y < height; ++y) {
    Kernel::split(scratch.planes.data(), rows.make(y), width);
    for (int c = 0; c < 3; ++c) {
      float* out = slot + c * plane_floats + static_cast<size_t>(y) * width;
      const uint8_t* plane = scratch.planes.data() + c * plane_stride(width);
      const float* table = normaliser.table(c).data();
      if (products) {
        multiply_row(out, plane, width, stream, normaliser.channel(c), table);
      } else {
        look_up_row(out, plane, 0, width, table);
      }
    }
  }
  // Stores past the cache are not ordered with the later "ready" of ordinary ones without this.
  if (stream) hwy::FlushStream();
}

void make_weights(ResizeScratch& scratch, const ResizePlan& plan) {
  compute_weights(scratch.x, plan.x);
  compute_weights(scratch.y, plan.y);
}

void to_pixels(Image& out, const Image& in, const ResizePlan& plan, bool flip,
               ResizeScratch& scratch) {
  out.reshape(plan.x.out_count, plan.y.out_count);
  make_weights(scratch, plan);
#if HWY_TARGET <= HWY_AVX3
  if (VnniKernel::make_tables(scratch, flip)) {
    write_pixels<VnniKernel>(out, in, scratch);
    return;
  }
#endif
  PairKernel::make_tables(scratch, flip);
  write_pixels<PairKernel>(out, in, scratch);
}

void to_floats(float* slot, const Image& in, const ResizePlan& plan, bool flip,
               const Normaliser& normaliser, ResizeScratch& scratch) {
  const int width = plan.x.out_count;
  const int height = plan.y.out_count;
  make_weights(scratch, plan);
#if HWY_TARGET <= HWY_AVX3
  if (VnniKernel::make_tables(scratch, flip)) {
    write_floats<VnniKernel>(slot, in, width, height, normaliser, scratch);
    return;
  }
#endif
  PairKernel::make_tables(scratch, flip);
  write_floats<PairKernel>(slot, in, width, height, normaliser, scratch);
}

const char* target_name() {
  return hwy::TargetName(HWY_TARGET);
}

#else  // no vectors that this code knows

void to_pixels(Image& out, const Image& in, const ResizePlan& plan, bool flip, ResizeScratch&) {
  resize_reference(out, in, plan, flip);
}

void to_floats(float* slot, const Image& in, const ResizePlan& plan, bool flip,
               const Normaliser& normaliser, ResizeScratch& scratch) {
  resize_reference(scratch.whole, in, plan, flip);
  const size_t pixels = scratch.whole.bytes().size() / 3;
  for (size_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < 3; ++c) {
      slot[c * pixels + i] = normaliser(c, scratch.whole.bytes()[3 * i + c]);
    }
  }
}

const char* target_name() {
  return "scalar";
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace headrace {

HWY_EXPORT(to_pixels);
HWY_EXPORT(to_floats);
HWY_EXPORT(target_name);

void resize_to_pixels(Image& out, const Image& in, const ResizePlan& plan, bool flip,
                      ResizeScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(to_pixels)(out, in, plan, flip, scratch);
}

void resize_to_floats(float* slot, const Image& in, const ResizePlan& plan, bool flip,
                      const Normaliser& normaliser, ResizeScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(to_floats)(slot, in, plan, flip, normaliser, scratch);
}

const char* resize_target() {
  return HWY_DYNAMIC_DISPATCH(target_name)();
}

}  // namespace headrace
#endif  // HWY_ONCE
