// The `headrace` program: everything that needs no torch. What needs it is headrace-trainer, beside
// this program, which is run for it: so that `headrace --help` starts in milliseconds.
#include <CLI/CLI.hpp>

#include <exception>
#include <map>
#include <string>

#include "headrace/tools/command.h"
#include "headrace/tools/interrupt.h"
#include "headrace/tools/trainer_program.h"

namespace headrace {
namespace {

// A new command is a new file and one line here.
const Command* const kCommands[] = {&kConvertCommand, &kInspectCommand, &kBenchCommand};

int run(int argc, char** argv) {
  // Before anything is parsed: the trainer parses its own flags, and answers --help for them.
  if (argc > 1 && is_trainer_command(argv[1])) {
    const Status failed = become_trainer(argv);
    print_error(failed);
    return exit_code(failed);
  }

  CLI::App app(
      "headrace brings images to a training step, and says where each step's time goes.\n"
      "DATA is a folder of class folders, a folder or glob of record files, or one file; put "
      "folder: or\n"
      "tfrecord: in front where guessing would not do.");
  app.name("headrace");
  app.set_version_flag("--version", HEADRACE_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  std::map<CLI::App*, RunCommand> runs;
  for (const Command* command : kCommands) {
    CLI::App* const sub = app.add_subcommand(command->name, command->summary);
    runs[sub] = command->configure(*sub);
  }
  for (const TrainerCommand& command : trainer_commands()) {
    app.add_subcommand(command.name, command.summary);
  }
  app.footer("`headrace COMMAND --help` says all about a command.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  stop_on_interrupt();
  const Status status = runs.at(app.get_subcommands().front())();
  if (!status.ok()) print_error(status);
  return exit_code(status);
}

}  // namespace
}  // namespace headrace

int main(int argc, char** argv) {
  try {
    return headrace::run(argc, argv);
  } catch (const headrace::Error& error) {
    headrace::print_error(error.status());
    return headrace::exit_code(error.status());
  } catch (const std::exception& error) {
    headrace::print_error(headrace::internal_error("{}", error.what()));
    return 1;
  }
}
