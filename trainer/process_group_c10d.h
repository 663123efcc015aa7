// What a ProcessGroup holds, for the files that hand it to c10d and for tests that bring a group of
// their own. Includes torch.
#pragma once

#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>

#include "headrace/trainer/process_group.h"

namespace headrace {

struct ProcessGroup::State {
  c10::intrusive_ptr<c10d::ProcessGroup> group;  // null in a world of one
};

}  // namespace headrace
