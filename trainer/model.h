// What a network is to the trainer. Includes torch: only files that look inside a model need this
// header, the others are content with `class Model;`.
#pragma once

#include <torch/nn/module.h>

namespace headrace {

// A network for pictures. Parameters and buffers have the names torchvision gives them, so that
// checkpoints fit both.
//
// Threads: one at a time.
class Model : public torch::nn::Module {
 public:
  // images: N x 3 x H x W, float32, NCHW or channels_last; returns N x classes scores (logits).
  // Throws c10::Error for other shapes, as torch does.
  virtual at::Tensor forward(const at::Tensor& images) = 0;
};

}  // namespace headrace
