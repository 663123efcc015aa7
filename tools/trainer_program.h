// The commands that need torch live in a second program, headrace-trainer, beside this one.
#pragma once

#include <span>
#include <string_view>

#include "headrace/base/status.h"

namespace headrace {

struct TrainerCommand {
  const char* name;
  const char* summary;
};

// For the list in `headrace --help`.
std::span<const TrainerCommand> trainer_commands();
bool is_trainer_command(std::string_view name);

// Replaces this process by headrace-trainer with the same arguments; returns only if that fails,
// and why.
Status become_trainer(char** argv);

}  // namespace headrace
