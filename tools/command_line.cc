#include "headrace/tools/command_line.h"

#include <fstream>

namespace headrace {
namespace {

bool is_plain(const std::string& argument) {
  return !argument.empty() && argument.find_first_not_of(
                                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_=+:,./@%^") == std::string::npos;
}

std::string quoted(const std::string& argument) {
  if (is_plain(argument)) return argument;
  std::string text = "'";
  for (const char c : argument) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  text += '\'';
  return text;
}

}  // namespace

std::vector<std::string> command_arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);  // each argument ends in a 0
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) {
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string command_line() {
  std::string line;
  for (const std::string& argument : command_arguments()) {
    if (!line.empty()) line += ' ';
    line += quoted(argument);
  }
  return line;
}

}  // namespace headrace
