// From the loader's batches to tensors, without a copy.
#pragma once

#include <ATen/core/TensorBody.h>

#include "headrace/pipeline/batch.h"

namespace headrace {

struct BatchTensors {
  at::Tensor images;  // N x 3 x H x W, float32, contiguous: the batch's own memory
  at::Tensor labels;  // N, int64: likewise
};

// The batch as tensors over its memory. It goes back to its pool when the last tensor on either
// part has died (views included), in whatever thread that happens.
BatchTensors to_tensors(BatchPtr batch);

}  // namespace headrace
