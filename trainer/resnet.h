// Residual networks: "Deep Residual Learning for Image Recognition" (He et al., CVPR 2016) as
// torchvision builds them (models/resnet.py), v1.5: the stride of a bottleneck is at its 3x3
// convolution.
#pragma once

#include <array>
#include <memory>

namespace headrace {

class Model;  // model.h

struct ResNetShape {
  std::array<int, 4> blocks;  // residual blocks in each of the four layers
  bool bottleneck = false;    // blocks of 1x1, 3x3, 1x1 convolutions instead of two 3x3
};

// A new network in training mode: torchvision's parameter and buffer names, torchvision's default
// initialisation (He's normal by fan-out for convolutions, batch norms at 1 and 0), drawn in the
// same order, so that the same torch::manual_seed() gives the same weights on both sides.
std::shared_ptr<Model> make_resnet(const ResNetShape& shape, int classes);

}  // namespace headrace
