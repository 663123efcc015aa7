// Flags whose value is one of a few names.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

namespace headrace {

// Adds `flag`, which sets `value` to what the name given stands for; the help shows the names and,
// as default, the one of `value` now. `value` must live as long as the app.
template <class T>
void add_choice(CLI::App& app, const std::string& flag, T& value,
                const std::vector<std::pair<std::string, T>>& choices, const std::string& help) {
  std::string names;
  std::string chosen;
  for (const auto& [name, meaning] : choices) {
    names += (names.empty() ? "" : "|") + name;
    if (meaning == value) chosen = name;
  }
  const auto set = [&value, choices](const std::string& text) {
    for (const auto& [name, meaning] : choices) {
      if (name == text) value = meaning;
    }
  };
  const auto check = [choices, names](const std::string& text) {
    for (const auto& choice : choices) {
      if (choice.first == text) return std::string();
    }
    return text + " is none of " + names;
  };
  app.add_option_function<std::string>(flag, set, help)
      ->check(check)
      ->type_name(names)
      ->default_str(chosen);
}

}  // namespace headrace
