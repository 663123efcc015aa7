// What becomes of records that cannot be read or decoded: the policy, and the account of it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "headrace/base/status.h"
#include "headrace/formats/line_log.h"
#include "headrace/formats/record_source.h"

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

// Threads: one at a time.
class BadSampleLog {
 public:
  // Opens the quarantine file. `samples`: of this rank in an epoch. `source` must outlive the log.
  // Errors: kInvalidArgument for an option out of range, those of opening the file.
  static Result<BadSampleLog> open(const BadSampleOptions& options, const RecordSource& source,
                                   int64_t samples, int rank);

  const BadSampleOptions& options() const { return options_; }

  // From now on it is about epoch `number`, of which `already` bad samples were met before.
  void start_epoch(int64_t number, int64_t already);

  // Record `record` could not be used, because of `reason`, which names it. Errors: the policy is
  // kFail (then `reason` itself), the epoch has too many, the quarantine file cannot be written.
  Status add(int64_t record, const Status& reason);

  const BadSampleCounts& epoch_counts() const { return epoch_counts_; }
  const BadSampleCounts& counts() const { return counts_; }  // since the log was opened
  int64_t in_epoch() const { return already_ + epoch_counts_.total(); }

 private:
  BadSampleLog(const BadSampleOptions& options, const RecordSource& source, int64_t samples,
               int rank);
  Status quarantine(int64_t record, const Status& reason);
  Status too_many(const Status& reason) const;

  BadSampleOptions options_;
  const RecordSource* source_;
  int64_t samples_;
  int64_t limit_;
  int rank_;
  std::optional<LineLog> quarantine_;
  std::unordered_set<int64_t> quarantined_;  // records that are in the file
  int64_t epoch_ = 0;
  int64_t already_ = 0;
  BadSampleCounts epoch_counts_;
  BadSampleCounts counts_;
};

}  // namespace headrace
