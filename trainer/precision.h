// In which numbers a model computes, and in which order its pixels lie.
#pragma once

#include <cstdint>
#include <string_view>

#include "headrace/base/status.h"

namespace torch::nn {
class Module;
}
namespace c10 {
enum class ScalarType : int8_t;
}

namespace headrace {

enum class Precision {
  kFloat32,
  kBfloat16,  // autocast: convolutions and products in bfloat16, weights and loss in float32
};

std::string_view precision_name(Precision precision);  // "float32", "bf16"

// While it lives, this thread's operations on the CPU are cast as torch.autocast("cpu",
// dtype=torch.bfloat16) casts them; at kFloat32 none are. Made around forward and loss only:
// backward follows the casts by itself.
//
// Threads: lives and dies in one thread; nests like a scope.
class Autocast {
 public:
  explicit Autocast(Precision precision);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  const bool enabled_before_;
  const c10::ScalarType type_before_;
};

// Lays out every 4-d parameter in channels_last order, in place, for pictures in that order. Before
// an optimizer or a GradientReducer takes the parameters: their states copy the layout.
void to_channels_last(torch::nn::Module& module);

}  // namespace headrace
