// What the user typed, for results that say how to repeat them.
#pragma once

#include <string>

namespace headrace {

// This process's arguments as one line, those that need it in single quotes.
std::string command_line();

}  // namespace headrace
