#include "headrace/pipeline/bad_samples.h"

#include <fmt/format.h>

#include <numeric>

namespace headrace {

std::string_view on_error_name(OnError on_error) {
  switch (on_error) {
    case OnError::kFail:
      return "fail";
    case OnError::kSkip:
      return "skip";
    case OnError::kReplace:
      return "replace";
  }
  return "unknown";
}

int64_t BadSampleCounts::total() const {
  return std::accumulate(by_code.begin(), by_code.end(), int64_t{0});
}

std::string BadSampleCounts::text() const {
  std::string text;
  for (size_t code = 0; code < by_code.size(); ++code) {
    if (by_code[code] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", by_code[code],
                        status_code_name(static_cast<StatusCode>(code)));
  }
  return text;
}

}  // namespace headrace
