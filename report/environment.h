// Where a result was measured: what a reader needs to repeat it, or to doubt it.
#pragma once

#include <string>

namespace headrace {

struct Environment {
  std::string machine;       // describe_machine()
  std::string build;         // "g++ 12.2.0, optimised"
  std::string command_line;  // as typed; empty where a library was called
  // Why the figures say little about a normal run ("built without optimisation"); empty when fine.
  std::string warning;
};

// Of this process and of this build.
Environment current_environment(std::string command_line = {});

}  // namespace headrace
