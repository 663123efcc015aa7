#include "headrace/tools/trainer_program.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace headrace {
namespace {

constexpr TrainerCommand kTrainerCommands[] = {
    {"profile", "times a training step fed from DATA, phase by phase (runs headrace-trainer)"},
};

}  // namespace

std::span<const TrainerCommand> trainer_commands() {
  return kTrainerCommands;
}

bool is_trainer_command(std::string_view name) {
  return std::any_of(std::begin(kTrainerCommands), std::end(kTrainerCommands),
                     [&](const TrainerCommand& command) { return name == command.name; });
}

Status become_trainer(char** argv) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return system_error(error.value(), "cannot find the folder of this program");
  const std::string trainer = (self.parent_path() / "headrace-trainer").string();
  execv(trainer.c_str(), argv);
  if (errno == ENOENT) {
    return not_found(
        "'{}' needs {}, which is not there: this headrace was built without the trainer. "
        "Build with HEADRACE_TRAINER=ON and libtorch (./dev build does both)",
        argv[1], trainer);
  }
  return system_error(errno, "cannot run " + trainer);
}

}  // namespace headrace
