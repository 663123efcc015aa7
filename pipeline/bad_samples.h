// What becomes of records that cannot be read or decoded: the policy, and their counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "headrace/base/status.h"

namespace headrace {

enum class OnError {
  kFail,     // the batch is an error, which names the record and the reason
  kSkip,     // the batch has a sample less; later samples stay in their batches
  kReplace,  // another record takes its slot, drawn from the whole data set by (seed, epoch,
             // record)
};

std::string_view on_error_name(OnError on_error);  // "fail", "skip", "replace"

struct BadSampleOptions {
  // Behaviour.
  OnError on_error = OnError::kFail;
  // Skipping and replacing end in an error once an epoch has more bad samples than this, counted
  // on each rank.
  int64_t max_count = std::numeric_limits<int64_t>::max();
  double max_fraction = 0.1;  // of the rank's samples of an epoch, 0 to 1; rounded down
  // JSON lines are added to this file, one for each record that was found to be bad, once for each
  // loader; empty: none. Ranks may share it.
  //   {"record":7,"source":"train/a.tfrecord","offset":51200,"category":"corrupt data",
  //    "reason":"...","epoch":0,"rank":0,"action":"skip"}
  // `offset` is null where the record is a file of its own.
  std::string quarantine{};
};

// How many, by what was the matter.
struct BadSampleCounts {
  std::array<int64_t, static_cast<size_t>(StatusCode::kInternal) + 1> by_code{};  // of StatusCode

  int64_t total() const;
  // "3 corrupt data, 1 not found"; empty where there are none.
  std::string text() const;
};

}  // namespace headrace
