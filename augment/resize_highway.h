// The fast resize: the bytes of resize_reference.h, a row at a time, with the vectors of the
// machine it runs on. augment/README.md has the picture of how it works.
//
// One binary holds it for SSSE3, SSE4, AVX2 and AVX-512; Highway chooses when it is first called. A
// machine with AVX-512 VNNI too runs resize_vnni.h wherever that can serve. Other machines run the
// reference.
#pragma once

#include "headrace/augment/normalise.h"
#include "headrace/augment/resize.h"
#include "headrace/augment/resize_scratch.h"
#include "headrace/decoders/image.h"

namespace headrace {

// For both functions: `in` is plan.x.in_count x plan.y.in_count; `flip` exchanges left and right of
// the result. Only the scratch allocates, and only until it has seen the largest pictures.
//
// Threads: may be called from many, each with its own scratch and output.

// Into `out`, which becomes plan.x.out_count x plan.y.out_count.
void resize_to_pixels(Image& out, const Image& in, const ResizePlan& plan, bool flip,
                      ResizeScratch& scratch);

// Into 3 planes (R, G, B) of plan.y.out_count rows of plan.x.out_count floats, one behind the other
// from `slot`, normalised. When `slot` is aligned to 64 bytes and rows are multiples of 64 bytes,
// the floats go past the cache; they are there for other threads once these are told of them, as
// ever.
void resize_to_floats(float* slot, const Image& in, const ResizePlan& plan, bool flip,
                      const Normaliser& normaliser, ResizeScratch& scratch);

// Name of the instruction set that Highway chose here: "AVX2", "AVX3" (AVX-512), "scalar", ...
// ResizeScratch::vnni says whether a picture took VNNI besides.
const char* resize_target();

}  // namespace headrace
