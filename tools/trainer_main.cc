// The `headrace-trainer` program: the commands that need torch. Users type `headrace profile ...`,
// which runs this one with the same arguments.
#include <CLI/CLI.hpp>

#include <exception>

#include "headrace/tools/command.h"
#include "headrace/tools/trainer_profile.h"
#include "headrace/trainer/torch_runtime.h"

namespace headrace {
namespace {

int run(int argc, char** argv) {
  tune_allocator();
  CLI::App app("The commands of headrace that need torch.");
  app.name("headrace");  // as the user knows it
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  CLI::App* const profile = app.add_subcommand(kProfileCommand.name, kProfileCommand.summary);
  const RunCommand run_profile = kProfileCommand.configure(*profile);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const Status status = run_profile();
  if (!status.ok()) print_error(status);
  return exit_code(status);
}

}  // namespace
}  // namespace headrace

int main(int argc, char** argv) {
  try {
    return headrace::run(argc, argv);
  } catch (const std::exception& error) {
    headrace::print_error(headrace::internal_error("{}", error.what()));
    return 1;
  }
}
