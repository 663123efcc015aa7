// One thread for torch in every test: with two, ranks and loaders would wait for each other's core.

#include <gtest/gtest.h>

#include "headrace/trainer/torch_runtime.h"

namespace headrace {
namespace {

class Prepare final : public testing::Environment {
 public:
  void SetUp() override {
    prepare_torch();
    set_model_threads(1);
  }
};

const testing::Environment* const prepared = testing::AddGlobalTestEnvironment(new Prepare);

}  // namespace
}  // namespace headrace
