// What `index` and `convert` have in common: a flag, and what they say about pictures without an
// index.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "headrace/pipeline/index_maker.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace headrace {

// --every K
CLI::Option* add_every_flag(CLI::App& app, int& every);

// Pictures that can have no index, by decode_reason_name(); those reasons only that occurred.
std::map<std::string, int64_t> pictures_without_index(const IndexCounts& counts);

// The same for people: "2 not JPEG, 9 progressive".
std::string reasons_without_index(const IndexCounts& counts);

}  // namespace headrace
