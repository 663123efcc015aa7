// A training loop of torch's, fed by the loader: a small network learns the classes of DATA.
#include <headrace/pipeline/image_loader.h>
#include <headrace/trainer/tensor_bridge.h>

#include <torch/torch.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace {

namespace nn = torch::nn;

nn::Sequential small_network(int64_t classes) {
  nn::Sequential network;
  int64_t in = 3;
  for (const int64_t out : {16, 32, 64}) {  // each time half as wide and high
    network->push_back(nn::Conv2d(nn::Conv2dOptions(in, out, 3).stride(2).padding(1).bias(false)));
    network->push_back(nn::BatchNorm2d(out));
    network->push_back(nn::ReLU());
    in = out;
  }
  network->push_back(nn::AdaptiveAvgPool2d(1));
  network->push_back(nn::Flatten());
  network->push_back(nn::Linear(in, classes));
  return network;
}

void train(const std::string& data, int steps) {
  headrace::ImageLoaderOptions options{.batch_size = 32, .threads = 2, .seed = 1};
  options.transform.size = 64;
  options.transform.scale = {0.5, 1.0};  // gentler crops than ImageNet's
  auto loader = headrace::open_image_loader(data, options).value();
  const auto classes = static_cast<int64_t>(loader->source().class_names().size());
  if (classes == 0) throw std::invalid_argument(data + " does not name its classes");
  if (loader->batches_per_epoch() == 0) throw std::invalid_argument(data + " fills no batch");

  torch::manual_seed(1);
  nn::Sequential network = small_network(classes);
  torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(0.01));

  int step = 0;
  for (int epoch = 0; step < steps; ++epoch) {
    for (headrace::BatchPtr& batch : loader->epoch(epoch)) {
      // No copy: the tensors are the batch's memory, and give it back when they die.
      auto [images, labels] = headrace::to_tensors(std::move(batch));
      optimizer.zero_grad();
      const torch::Tensor scores = network->forward(images);
      const torch::Tensor loss = nn::functional::cross_entropy(scores, labels);
      loss.backward();
      optimizer.step();
      ++step;
      if (step % 10 == 0 || step == steps) {
        std::printf("step %d, epoch %d: loss %.3f\n", step, epoch, loss.item<double>());
      }
      if (step == steps) break;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int steps = argc == 3 ? std::atoi(argv[2]) : 60;
  if (argc < 2 || argc > 3 || argv[1][0] == '-' || steps < 1) {
    std::fprintf(stderr, "usage: train DATA [STEPS]      a folder of class folders, or records\n");
    return 2;
  }
  try {
    train(argv[1], steps);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train: %s\n", error.what());
    return 1;
  }
}
