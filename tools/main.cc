// The `headrace` program: everything that needs no torch. What needs it is headrace-trainer, beside
// this program, which is run for it: so that `headrace --help` starts in milliseconds.
#include "headrace/tools/program.h"
#include "headrace/tools/trainer_program.h"

namespace {

// A new command is a new file and one line here.
constexpr const headrace::Command* kCommands[] = {
    &headrace::kConvertCommand, &headrace::kIndexCommand, &headrace::kInspectCommand,
    &headrace::kPlanCommand, &headrace::kBenchCommand};

}  // namespace

int main(int argc, char** argv) {
  // Before anything is parsed: the trainer parses its own flags, and answers --help for them.
  if (argc > 1 && headrace::is_trainer_command(argv[1])) {
    const headrace::Status failed = headrace::become_trainer(argv);
    headrace::print_error(failed);
    return headrace::exit_code(failed);
  }
  return headrace::run_program(
      "headrace brings images to a training step, and says where each step's time goes.\n"
      "DATA is a folder of class folders, a folder or glob of record files, or one file; put "
      "folder: "
      "or\n"
      "tfrecord: in front where guessing would not do.",
      kCommands, headrace::trainer_commands(), argc, argv);
}
