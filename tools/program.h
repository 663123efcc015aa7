// What the two programs have in common: flags parsed, one command run, errors printed, an exit
// code.
#pragma once

#include <span>
#include <string>

#include "headrace/tools/command.h"
#include "headrace/tools/trainer_program.h"

namespace headrace {

// Runs the one of `commands` that the arguments name; `elsewhere` are only listed in the help.
// Returns the exit code. Called from main(), before there are other threads.
int run_program(const std::string& description, std::span<const Command* const> commands,
                std::span<const TrainerCommand> elsewhere, int argc, char** argv);

}  // namespace headrace
