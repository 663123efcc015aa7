// A command of the `headrace` program. Each lives in a file of its own; the list is in main.cc.
#pragma once

#include <functional>

#include "headrace/base/status.h"

namespace CLI {
class App;
}

namespace headrace {

// What a command does once its flags are parsed.
using RunCommand = std::function<Status()>;

struct Command {
  const char* name;
  const char* summary;  // one line, for `headrace --help`
  // Declares the flags on `app` and returns what to run with them.
  RunCommand (*configure)(CLI::App& app);
};

extern const Command kBenchCommand;
extern const Command kConvertCommand;
extern const Command kIndexCommand;
extern const Command kInspectCommand;
extern const Command kPlanCommand;

// 0: ok. 1: the data or the run had a problem, which is printed. 2: wrong usage. 130: stopped by
// Ctrl-C.
int exit_code(const Status& status);

// Prints an error where users look for it: "headrace: cannot open x.jpg: No such file or
// directory".
void print_error(const Status& status);

}  // namespace headrace
