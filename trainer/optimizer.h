// How weights follow from gradients.
#pragma once

#include <ATen/core/TensorBody.h>

#include <memory>
#include <vector>

namespace torch::optim {
class Optimizer;
}

namespace headrace {

// Goyal et al., "Accurate, Large Minibatch SGD" (2017), for 256 images a step; torchvision's.
struct SgdOptions {
  double learning_rate = 0.1;
  double momentum = 0.9;
  double weight_decay = 1e-4;  // on every parameter
};

// torch::optim::SGD over these parameters.
std::shared_ptr<torch::optim::Optimizer> make_sgd(std::vector<at::Tensor> parameters,
                                                  const SgdOptions& options);

}  // namespace headrace
