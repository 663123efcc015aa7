#include "headrace/trainer/models.h"

#include <ATen/core/TensorBody.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "headrace/trainer/model.h"
#include "headrace/trainer/precision.h"
#include "headrace/trainer/torch_runtime.h"

namespace headrace {
namespace {

using testing::HasSubstr;

std::shared_ptr<Model> network(const std::string& name) {
  return make_model(name, 10).value();
}

nlohmann::json golden() {
  std::ifstream file(HEADRACE_GOLDEN "/trainer/resnet_outputs.json");
  return nlohmann::json::parse(file);
}

// The golden script's `noise`: variance 1, uniform, from a hash of the name and the position.
std::vector<double> noise(std::string_view name, int64_t count) {
  uint32_t key = 2166136261;
  for (const char c : name) key = (key ^ static_cast<uint8_t>(c)) * 16777619;
  std::vector<double> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    uint32_t h = static_cast<uint32_t>(i) * 2654435761U + key;
    h ^= h >> 16;
    h *= 2246822519U;
    h ^= h >> 13;
    h *= 3266489917U;
    h ^= h >> 16;
    values[i] = (h / 4294967296.0 - 0.5) * std::sqrt(12.0);
  }
  return values;
}

at::Tensor as_tensor(const std::vector<double>& values, at::IntArrayRef shape) {
  return at::from_blob(const_cast<double*>(values.data()), shape, at::kDouble).to(at::kFloat);
}

void fill(const std::string& name, at::Tensor& tensor) {
  const auto ends_with = [&](std::string_view end) {
    return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
  };
  double scale = 0.1;
  double offset = 0;
  if (tensor.dim() == 4) {
    scale = std::sqrt(2. / static_cast<double>(tensor.size(0) * tensor.size(2) * tensor.size(3)));
  } else if (tensor.dim() == 2) {
    scale = std::sqrt(1. / static_cast<double>(tensor.size(1)));
  } else if (ends_with("running_var") || ends_with("weight")) {
    offset = 1;
  }
  std::vector<double> values = noise(name, tensor.numel());
  for (double& value : values) value = offset + scale * value;
  tensor.copy_(as_tensor(values, tensor.sizes()));
}

void fill(Model& model) {
  for (auto& item : model.named_parameters()) fill(item.key(), item.value());
  for (auto& item : model.named_buffers()) {
    if (item.value().dim() > 0) fill(item.key(), item.value());  // all but num_batches_tracked
  }
}

void expect_near(const at::Tensor& actual, const nlohmann::json& expected, double tolerance) {
  const at::Tensor flat = actual.flatten().contiguous();
  const auto numbers = expected.is_array() && expected.at(0).is_array() ? expected.flatten()
                                                                        : nlohmann::json(expected);
  size_t i = 0;
  for (const auto& number : numbers) {
    ASSERT_LT(i, static_cast<size_t>(flat.numel()));
    ASSERT_NEAR(flat.data_ptr<float>()[i], number.get<double>(), tolerance) << "element " << i;
    ++i;
  }
  EXPECT_EQ(i, static_cast<size_t>(flat.numel()));
}

std::string name_and_shape(const std::string& name, const at::Tensor& tensor) {
  std::ostringstream text;
  text << name;
  for (const int64_t size : tensor.sizes()) text << ' ' << size;
  return text.str();
}

bool is_buffer(const std::string& line) {
  return line.find("running_") != std::string::npos ||
         line.find("num_batches_tracked") != std::string::npos;
}

TEST(Models, HaveTorchvisionsNamesAndShapesInItsOrder) {
  std::map<std::string, std::vector<std::string>> parameters;
  std::map<std::string, std::vector<std::string>> buffers;
  std::ifstream file(HEADRACE_GOLDEN "/trainer/resnet_state_dicts.txt");
  std::string name;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("# ", 0) == 0) {
      name = line.substr(2);
    } else {
      (is_buffer(line) ? buffers : parameters)[name].push_back(line);
    }
  }
  ASSERT_EQ(parameters.size(), 5U);
  EXPECT_EQ(model_names().size(), 5U);
  for (const std::string& known : model_names()) {
    const auto model = network(known);
    std::vector<std::string> own;
    for (const auto& item : model->named_parameters()) {
      own.push_back(name_and_shape(item.key(), item.value()));
    }
    EXPECT_EQ(own, parameters[known]) << known;
    own.clear();
    for (const auto& item : model->named_buffers()) {
      own.push_back(name_and_shape(item.key(), item.value()));
    }
    EXPECT_EQ(own, buffers[known]) << known;
  }
}

class Scores : public testing::TestWithParam<std::string> {};

TEST_P(Scores, EqualTorchvisions) {
  const at::NoGradGuard no_grad;
  const nlohmann::json expected = golden().at("scores").at(GetParam());
  const auto model = network(GetParam());
  fill(*model);
  const at::Tensor images = as_tensor(noise("images", 4 * 3 * 64 * 64), {4, 3, 64, 64});
  model->eval();
  expect_near(model->forward(images), expected.at("eval"), 1e-4);
  model->train();
  expect_near(model->forward(images), expected.at("train"), 1e-4);
  // A pass in training mode moves the running statistics.
  expect_near(model->named_buffers()["bn1.running_mean"].narrow(0, 0, 4),
              expected.at("running_mean_after"), 1e-5);
  EXPECT_EQ(model->named_buffers()["bn1.num_batches_tracked"].item().toLong(), 1);
}

TEST_P(Scores, DoNotDependOnTheOrderOfPixels) {
  const at::NoGradGuard no_grad;
  const auto model = network(GetParam());
  fill(*model);
  to_channels_last(*model);
  EXPECT_TRUE(model->named_parameters()["layer1.0.conv1.weight"].is_contiguous(
      at::MemoryFormat::ChannelsLast));
  model->eval();
  const at::Tensor images = as_tensor(noise("images", 4 * 3 * 64 * 64), {4, 3, 64, 64});
  expect_near(model->forward(images.contiguous(at::MemoryFormat::ChannelsLast)),
              golden().at("scores").at(GetParam()).at("eval"), 1e-4);
}

TEST_P(Scores, InBfloat16AreCloseButNotEqual) {
  const at::NoGradGuard no_grad;
  const auto model = network(GetParam());
  fill(*model);
  model->eval();
  const at::Tensor images = as_tensor(noise("images", 4 * 3 * 64 * 64), {4, 3, 64, 64});
  const at::Tensor exact = model->forward(images);
  at::Tensor rounded;
  {
    const Autocast autocast(Precision::kBfloat16);
    rounded = model->forward(images);
  }
  EXPECT_EQ(rounded.scalar_type(), at::kBFloat16);
  const double error =
      ((rounded.to(at::kFloat) - exact).abs().max() / exact.abs().max()).item().toDouble();
  EXPECT_GT(error, 1e-5);
  EXPECT_LT(error, 0.1) << "bfloat16 has 8 significant bits";
  EXPECT_EQ(model->forward(images).scalar_type(), at::kFloat) << "autocast ended with its scope";
}

// The same draws in the same order: what torchvision makes of the same seed.
TEST_P(Scores, WeightsAreDrawnAsTorchvisionDrawsThem) {
  seed_weights(0);
  const auto parameters = network(GetParam())->named_parameters();
  const nlohmann::json expected = golden().at("seed_0").at(GetParam());
  for (const auto& [name, first] : expected.items()) {
    expect_near(parameters[name].flatten().narrow(0, 0, 4), first, 1e-6);
    if (HasFatalFailure()) FAIL() << name;
  }
  for (const auto& item : parameters) {
    if (item.value().dim() != 1 || item.key() == "fc.bias") continue;
    const double expected_value = item.key().find("weight") != std::string::npos ? 1 : 0;
    EXPECT_TRUE(item.value().eq(expected_value).all().item().toBool()) << item.key();
  }
}

INSTANTIATE_TEST_SUITE_P(Models, Scores, testing::Values("resnet18", "resnet50"),
                         [](const auto& test) { return test.param; });

TEST(Models, UnknownNamesGetTheNearest) {
  const Status status = make_model("resnet51", 10).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "unknown model \"resnet51\": did you mean \"resnet50\"? known are resnet18, resnet34, "
            "resnet50, resnet101, resnet152");
  EXPECT_THAT(make_model("ResNet-152", 10).status().message(),
              HasSubstr("did you mean \"resnet152\"?"));
  EXPECT_THAT(make_model("", 10).status().message(), HasSubstr("known are"));
  EXPECT_EQ(make_model("resnet18", 0).status().message(), "a model needs at least 1 class, not 0");
}

}  // namespace
}  // namespace headrace
