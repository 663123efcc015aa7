// The obvious resize, one pixel and one tap at a time: what the fast one must equal.
#pragma once

#include "headrace/augment/resize.h"
#include "headrace/decoders/image.h"

namespace headrace {

// Resizes `in` (plan.x.in_count x plan.y.in_count) into `out`, which becomes plan.x.out_count x
// plan.y.out_count; `flip` exchanges left and right of the result. Allocates.
//
// Threads: may be called from many, each with its own pictures.
void resize_reference(Image& out, const Image& in, const ResizePlan& plan, bool flip);

}  // namespace headrace
