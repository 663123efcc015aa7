// What the user typed, for results that say how to repeat them.
#pragma once

#include <string>
#include <vector>

namespace headrace {

// This process's arguments, the program's name first.
std::vector<std::string> command_arguments();

// The same as one line, those that need it in single quotes.
std::string command_line();

}  // namespace headrace
