// The account of a loader's bad samples: policy, budget, counts, quarantine file.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_set>

#include "headrace/base/status.h"
#include "headrace/formats/line_log.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/bad_samples.h"

namespace headrace {

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
