// What the loader's stages cost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headrace/base/clock.h"
#include "headrace/decoders/decode_path.h"

namespace headrace {

enum class Stage {
  kRead,    // the record, and what the side index has for it: all that comes from storage
  kPeek,    // the picture's header
  kDecode,  // its pixels, and adding to the side index what was found out
  kAugment,
};
inline constexpr size_t kStageCount = 4;

std::string_view stage_name(Stage stage);  // "read", ...

// Totals over all workers.
struct StageTotals {
  int64_t count = 0;     // samples that went through
  int64_t failures = 0;  // samples that failed here
  Nanoseconds wall{0};
};

struct StageStats {
  std::array<StageTotals, kStageCount> stages;
  int64_t samples = 0;             // finished, whole
  Nanoseconds worker_cpu{0};       // CPU time of the samples, all stages
  Nanoseconds input_wait{0};       // callers' time inside next()
  int64_t input_waits = 0;         // calls of next()
  DecodePathCounts decoder_paths;  // of the samples that kDecode did not fail

  // Adds another account to this one, field by field; subtracts an earlier state of it.
  void add(const StageStats& other);
  void subtract(const StageStats& other);

  const StageTotals& operator[](Stage stage) const { return stages[static_cast<size_t>(stage)]; }
};

}  // namespace headrace
