// Compiled once per Highway target (foreach_target.h includes this file again for each).
#include "headrace/augment/resize_highway.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "headrace/augment/resize_highway.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, which decides what it means.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cstring>

#include "headrace/augment/resize_finish-inl.h"
#include "headrace/augment/resize_horizontal-inl.h"
#include "headrace/augment/resize_reference.h"
#include "headrace/augment/resize_tables.h"
#include "headrace/augment/resize_vertical-inl.h"
#include "headrace/augment/resize_weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

#if HWY_TARGET <= HWY_SSSE3  // the x86 targets

// Makes the rows of the result one after the other. A source row is resized horizontally once, into
// a ring that holds just the rows under the vertical filter: 4 to 16 of them up to a scale of 7,
// which stay in the L1 cache.
class RowMaker {
 public:
  RowMaker(const Image& in, const ResizePlan& plan, bool flip, ResizeScratch& scratch)
      : in_(in), scratch_(scratch), width_(plan.x.out_count) {
    compute_weights(scratch.x, plan.x);
    compute_weights(scratch.y, plan.y);
    make_horizontal_table(scratch.across, scratch.x, flip, kRowBlocks);
    const int taps = scratch.y.taps;
    int rows = 4;
    while (rows < taps + 2) rows *= 2;  // rows are made in twos
    row_mask_ = rows - 1;
    row_bytes_ = ring_row_bytes(width_);
    scratch.ring.resize(rows * row_bytes_);
    scratch.line.resize(3 * plane_stride(width_) + 64);
    scratch.taps_down.resize(taps);
    done_ = scratch.y.first[0];
  }

  // Row y, 3 * width bytes, readable as far as split_channels() reads; y counts up from 0. Valid
  // until the next call.
  const uint8_t* make(int y) {
    const int first = scratch_.y.first[y];
    const int taps = scratch_.y.taps;
    for (; done_ < first + taps; done_ += 2) {
      // After an odd last row comes the same again, into a row nobody reads.
      const int next = done_ + 1 < in_.height() ? done_ + 1 : done_;
      horizontal_pass({ring_row(done_), ring_row(done_ + 1)}, {in_.row(done_), in_.row(next)},
                      scratch_.across);
    }
    for (int t = 0; t < taps; ++t) scratch_.taps_down[t] = ring_row(first + t);
    uint8_t* line = scratch_.line.data();
    vertical_pass(line, scratch_.taps_down.data(), scratch_.y, y, size_t{3} * width_);
    return line;
  }

 private:
  uint8_t* ring_row(int y) { return scratch_.ring.data() + (y & row_mask_) * row_bytes_; }

  const Image& in_;
  ResizeScratch& scratch_;
  int width_;
  int row_mask_ = 0;
  size_t row_bytes_ = 0;
  int done_ = 0;  // source rows before this one are in the ring, or were
};

void to_pixels(Image& out, const Image& in, const ResizePlan& plan, bool flip,
               ResizeScratch& scratch) {
  out.reshape(plan.x.out_count, plan.y.out_count);
  RowMaker rows(in, plan, flip, scratch);
  for (int y = 0; y < out.height(); ++y) std::memcpy(out.row(y), rows.make(y), out.stride());
}

void to_floats(float* slot, const Image& in, const ResizePlan& plan, bool flip,
               const Normaliser& normaliser, ResizeScratch& scratch) {
  const int width = plan.x.out_count;
  const int height = plan.y.out_count;
  const size_t plane_floats = static_cast<size_t>(width) * height;
  const bool products = use_products(normaliser);
  const bool stream = products && may_stream(slot, width);
  RowMaker rows(in, plan, flip, scratch);
  scratch.planes.resize(3 * plane_stride(width));
  for (int y = 0; y < height; ++y) {
    split_channels(scratch.planes.data(), rows.make(y), width);
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
