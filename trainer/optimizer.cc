#include "headrace/trainer/optimizer.h"

#include <torch/optim/sgd.h>

#include <utility>

namespace headrace {

std::shared_ptr<torch::optim::Optimizer> make_sgd(std::vector<at::Tensor> parameters,
                                                  const SgdOptions& options) {
  return std::make_shared<torch::optim::SGD>(std::move(parameters),
                                             torch::optim::SGDOptions(options.learning_rate)
                                                 .momentum(options.momentum)
                                                 .weight_decay(options.weight_decay));
}

}  // namespace headrace
