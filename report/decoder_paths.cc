#include "headrace/report/decoder_paths.h"

#include <fmt/core.h>

#include <array>

namespace headrace {
namespace {

// What the path's name does not say already.
bool is_worth_saying(DecodeReason reason) {
  return reason != DecodeReason::kNone && reason != DecodeReason::kNotJpeg;
}

}  // namespace

std::string decoder_paths_text(const DecodePathCounts& counts) {
  struct Part {
    int64_t pictures = 0;
    std::string reasons;
  };
  std::array<Part, kDecodePathCount> parts;
  for (const auto& [route, pictures] : counts.entries()) {
    Part& part = parts[static_cast<size_t>(route.path)];
    part.pictures += pictures;
    if (!is_worth_saying(route.reason)) continue;
    part.reasons += fmt::format("{}{} {}", part.reasons.empty() ? "" : ", ", pictures,
                                decode_reason_name(route.reason));
  }
  std::string text;
  for (size_t i = 0; i < kDecodePathCount; ++i) {
    if (parts[i].pictures == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ",
                        decode_path_name(static_cast<DecodePath>(i)), parts[i].pictures);
    if (!parts[i].reasons.empty()) text += fmt::format(" ({})", parts[i].reasons);
  }
  return text;
}

}  // namespace headrace
