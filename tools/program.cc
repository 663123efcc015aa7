#include "headrace/tools/program.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <map>

#include "headrace/tools/interrupt.h"

namespace headrace {
namespace {

Status run_command(const RunCommand& command) {
  try {
    return command();
  } catch (const Error& error) {
    return error.status();
  } catch (const std::exception& error) {
    return internal_error("{}", error.what());
  }
}

}  // namespace

int run_program(const std::string& description, std::span<const Command* const> commands,
                std::span<const TrainerCommand> elsewhere, int argc, char** argv) {
  CLI::App app(description);
  app.name("headrace");  // as users know either program
  app.set_version_flag("--version", HEADRACE_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer("`headrace COMMAND --help` says all about a command.");
  std::map<const CLI::App*, RunCommand> runs;
  for (const Command* command : commands) {
    CLI::App* const sub = app.add_subcommand(command->name, command->summary);
    runs[sub] = command->configure(*sub);
  }
  for (const TrainerCommand& command : elsewhere) app.add_subcommand(command.name, command.summary);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  stop_on_interrupt();
  Status status = run_command(runs.at(app.get_subcommands().front()));
  // What was printed may be the result: a full disk must not pass for success.
  if (status.ok() && (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)) {
    status = io_error("cannot write to standard output");
  }
  if (!status.ok()) print_error(status);
  return exit_code(status);
}

}  // namespace headrace
