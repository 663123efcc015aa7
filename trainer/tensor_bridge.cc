#include "headrace/trainer/tensor_bridge.h"

#include <ATen/ops/from_blob.h>

#include <memory>
#include <utility>

namespace headrace {

BatchTensors to_tensors(BatchPtr batch) {
  const std::shared_ptr<Batch> shared = std::move(batch);
  const auto keep = [shared](void*) {};  // a tensor's memory lives as long as its deleter
  return {
      .images = at::from_blob(
          shared->images(), {shared->size(), shared->channels(), shared->height(), shared->width()},
          keep, at::kFloat),
      .labels = at::from_blob(shared->labels().data(), {shared->size()}, keep, at::kLong),
  };
}

}  // namespace headrace
