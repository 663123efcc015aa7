#include "headrace/trainer/precision.h"

#include <ATen/autocast_mode.h>
#include <torch/nn/module.h>

namespace headrace {

std::string_view precision_name(Precision precision) {
  return precision == Precision::kBfloat16 ? "bf16" : "float32";
}

Autocast::Autocast(Precision precision)
    : enabled_before_(at::autocast::is_autocast_enabled(at::kCPU)),
      type_before_(at::autocast::get_autocast_dtype(at::kCPU)) {
  at::autocast::set_autocast_enabled(at::kCPU, precision == Precision::kBfloat16);
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  // The cache holds this pass's weights in bfloat16; after an update they would be stale.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(at::kCPU, enabled_before_);
  at::autocast::set_autocast_dtype(at::kCPU, type_before_);
}

void to_channels_last(torch::nn::Module& module) {
  for (at::Tensor& parameter : module.parameters()) {
    if (parameter.dim() != 4) continue;
    parameter.set_data(parameter.data().contiguous(at::MemoryFormat::ChannelsLast));
  }
}

}  // namespace headrace
