// The models by name. A new one is a new file and one line in the list of models.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"

namespace headrace {

class Model;  // model.h

// "resnet18", ...: the names make_model() knows, in the order they are shown.
std::vector<std::string> model_names();

// Ok for a name of these. Errors: kInvalidArgument, which names the nearest and all known.
Status check_model_name(std::string_view name);

// A new model in training mode with `classes` outputs, its weights drawn from torch's default
// generator (torch::manual_seed) the way torchvision draws them.
// Errors: kInvalidArgument for an unknown name (names the nearest and all known), or classes < 1.
Result<std::shared_ptr<Model>> make_model(std::string_view name, int classes);

}  // namespace headrace
