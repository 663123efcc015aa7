// What the loader's stages cost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headrace/base/clock.h"
#include "headrace/base/duration_histogram.h"
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

// Durations of one kind: how many, their sum, and how they are spread.
struct Durations {
  int64_t count = 0;
  Nanoseconds sum{0};
  DurationHistogram histogram;

  void add(Nanoseconds duration);
  void add(const Durations& other);
  void subtract(const Durations& other);
};

// Over all workers.
struct StageTotals {
  int64_t count = 0;     // samples that went through
  int64_t failures = 0;  // samples that failed here
  Durations wall;        // of each of these
  // CPU time, of one sample in kCpuEvery: reading that clock is a system call of half a
  // microsecond.
  Durations cpu;

  static constexpr int64_t kCpuEvery = 16;
};

struct StageStats {
  std::array<StageTotals, kStageCount> stages;
  int64_t samples = 0;        // finished, whole
  Nanoseconds worker_cpu{0};  // CPU time of the samples, all stages
  // The consumer's side, by calls of next() that gave a batch.
  Nanoseconds input_wait{0};  // time inside next()
  int64_t input_waits = 0;    // calls
  int64_t batches_late = 0;  // of these, calls that found their batch unfinished, and waited for it
  int64_t batches_ready = 0;       // finished batches that lay ready, summed over the calls
  int64_t batches_ahead = 0;       // batches that were in work or ready, summed over the calls
  DecodePathCounts decoder_paths;  // of the samples that kDecode did not fail

  // Adds another account to this one, field by field; subtracts an earlier state of it.
  void add(const StageStats& other);
  void subtract(const StageStats& other);

  const StageTotals& operator[](Stage stage) const { return stages[static_cast<size_t>(stage)]; }
};

}  // namespace headrace
