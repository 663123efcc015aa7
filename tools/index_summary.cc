#include "headrace/tools/index_summary.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "headrace/tools/numbers.h"

namespace headrace {

CLI::Option* add_every_flag(CLI::App& app, int& every) {
  return app
      .add_option(
          "--every", every,
          "An entry every K MCUs (8 to 16 pixels each), not only at the begin of each row: 8 "
          "makes decoding a little faster yet and the index seven times as large")
      ->type_name("K")
      ->check(CLI::Range(1, kMaxIndexEvery));
}

std::map<std::string, int64_t> pictures_without_index(const IndexCounts& counts) {
  std::map<std::string, int64_t> reasons;
  for (size_t i = 0; i < counts.without.size(); ++i) {
    if (counts.without[i] == 0) continue;
    reasons[std::string(decode_reason_name(static_cast<DecodeReason>(i)))] = counts.without[i];
  }
  return reasons;
}

std::string reasons_without_index(const IndexCounts& counts) {
  std::string text;
  for (const auto& [reason, pictures] : pictures_without_index(counts)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", with_commas(pictures), reason);
  }
  return text;
}

}  // namespace headrace
