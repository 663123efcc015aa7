// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace headrace {

std::string with_commas(int64_t number);    // 1,234,567
std::string bytes_text(uint64_t bytes);     // "1.2 GB"; decimal units
std::string duration_text(double seconds);  // "3 s", "2 min 5 s", "4 h 10 min"

}  // namespace headrace
