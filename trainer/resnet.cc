#include "headrace/trainer/resnet.h"

#include <ATen/Functions.h>
#include <fmt/core.h>
#include <torch/nn/init.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <vector>

#include "headrace/trainer/model.h"

namespace headrace {
namespace {

namespace nn = torch::nn;

nn::Conv2d convolution(int in, int out, int kernel, int stride) {
  return nn::Conv2d(
      nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

// The shortcut of a block that changes size or channels.
class Downsample final : public nn::Module {
 public:
  Downsample(int in, int out, int stride)
      : convolution_(register_module("0", convolution(in, out, 1, stride))),
        norm_(register_module("1", nn::BatchNorm2d(out))) {}

  at::Tensor forward(const at::Tensor& x) { return norm_(convolution_(x)); }

 private:
  nn::Conv2d convolution_;
  nn::BatchNorm2d norm_;
};

// The basic block of two convolutions, or the bottleneck of three.
class Block final : public nn::Module {
 public:
  Block(int in, int width, int stride, bool bottleneck) {
    const int out = bottleneck ? 4 * width : width;
    // Made before the convolutions and registered after them, as torchvision does: the first
    // decides the order of the random draws, the second that of the parameters.
    if (stride != 1 || in != out) downsample_ = std::make_shared<Downsample>(in, out, stride);
    if (bottleneck) {
      add(convolution(in, width, 1, 1), width);
      add(convolution(width, width, 3, stride), width);
      add(convolution(width, out, 1, 1), out);
    } else {
      add(convolution(in, width, 3, stride), width);
      add(convolution(width, width, 3, 1), width);
    }
    if (downsample_) register_module("downsample", downsample_);
  }

  at::Tensor forward(const at::Tensor& x) {
    at::Tensor y = x;
    for (size_t i = 0; i < convolutions_.size(); ++i) {
      if (i > 0) y.relu_();
      y = norms_[i](convolutions_[i](y));
    }
    return y.add_(downsample_ ? downsample_->forward(x) : x).relu_();
  }

 private:
  void add(nn::Conv2d convolution, int channels) {
    const size_t number = convolutions_.size() + 1;
    convolutions_.push_back(register_module(fmt::format("conv{}", number), std::move(convolution)));
    norms_.push_back(register_module(fmt::format("bn{}", number), nn::BatchNorm2d(channels)));
  }

  std::vector<nn::Conv2d> convolutions_;
  std::vector<nn::BatchNorm2d> norms_;
  std::shared_ptr<Downsample> downsample_;
};

// Blocks one after the other, named by number.
class Layer final : public nn::Module {
 public:
  Layer(int in, int width, int stride, int blocks, bool bottleneck) {
    for (int i = 0; i < blocks; ++i) {
      const auto block = std::make_shared<Block>(in, width, i == 0 ? stride : 1, bottleneck);
      blocks_.push_back(register_module(std::to_string(i), block));
      in = bottleneck ? 4 * width : width;
    }
  }

  at::Tensor forward(at::Tensor x) {
    for (const auto& block : blocks_) x = block->forward(x);
    return x;
  }

 private:
  std::vector<std::shared_ptr<Block>> blocks_;
};

class ResNet final : public Model {
 public:
  ResNet(const ResNetShape& shape, int classes)
      : stem_(register_module(
            "conv1", nn::Conv2d(nn::Conv2dOptions(3, 64, 7).stride(2).padding(3).bias(false)))),
        stem_norm_(register_module("bn1", nn::BatchNorm2d(64))) {
    int in = 64;
    for (int i = 0; i < 4; ++i) {
      const int width = 64 << i;
      const auto layer =
          std::make_shared<Layer>(in, width, i == 0 ? 1 : 2, shape.blocks[i], shape.bottleneck);
      layers_.push_back(register_module(fmt::format("layer{}", i + 1), layer));
      in = shape.bottleneck ? 4 * width : width;
    }
    head_ = register_module("fc", nn::Linear(in, classes));
    for (const auto& module : modules(/*include_self=*/false)) {
      if (auto* convolution = module->as<nn::Conv2d>()) {
        nn::init::kaiming_normal_(convolution->weight, 0, torch::kFanOut, torch::kReLU);
      }
    }
  }

  at::Tensor forward(const at::Tensor& images) override {
    at::Tensor x = stem_norm_(stem_(images)).relu_();
    x = at::max_pool2d(x, {3, 3}, {2, 2}, {1, 1});
    for (const auto& layer : layers_) x = layer->forward(x);
    return head_(at::adaptive_avg_pool2d(x, {1, 1}).flatten(1));
  }

 private:
  nn::Conv2d stem_;
  nn::BatchNorm2d stem_norm_;
  std::vector<std::shared_ptr<Layer>> layers_;
  nn::Linear head_{nullptr};
};

}  // namespace

std::shared_ptr<Model> make_resnet(const ResNetShape& shape, int classes) {
  return std::make_shared<ResNet>(shape, classes);
}

}  // namespace headrace
