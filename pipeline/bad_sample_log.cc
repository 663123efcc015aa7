#include "headrace/pipeline/bad_sample_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace headrace {

BadSampleLog::BadSampleLog(const BadSampleOptions& options, const RecordSource& source,
                           int64_t samples, int rank)
    : options_(options),
      source_(&source),
      samples_(samples),
      limit_(std::min(
          options.max_count,
          static_cast<int64_t>(std::floor(options.max_fraction * static_cast<double>(samples))))),
      rank_(rank) {}

Result<BadSampleLog> BadSampleLog::open(const BadSampleOptions& options, const RecordSource& source,
                                        int64_t samples, int rank) {
  if (options.max_count < 0) {
    return invalid_argument("bad_samples.max_count is {}: it must be 0 or more", options.max_count);
  }
  if (!(options.max_fraction >= 0 && options.max_fraction <= 1)) {
    return invalid_argument("bad_samples.max_fraction is {}: it must be 0 to 1",
                            options.max_fraction);
  }
  BadSampleLog log(options, source, samples, rank);
  if (!options.quarantine.empty() && options.on_error != OnError::kFail) {
    HEADRACE_ASSIGN_OR_RETURN(log.quarantine_, LineLog::open(options.quarantine));
  }
  return log;
}

void BadSampleLog::start_epoch(int64_t number, int64_t already) {
  epoch_ = number;
  already_ = already;
  epoch_counts_ = {};
}

Status BadSampleLog::add(int64_t record, const Status& reason) {
  if (options_.on_error == OnError::kFail) return reason;
  const auto code = static_cast<size_t>(reason.code());
  ++epoch_counts_.by_code[code];
  ++counts_.by_code[code];
  HEADRACE_RETURN_IF_ERROR(quarantine(record, reason));
  return in_epoch() > limit_ ? too_many(reason) : Status();
}

Status BadSampleLog::quarantine(int64_t record, const Status& reason) {
  if (!quarantine_ || !quarantined_.insert(record).second) return {};
  const RecordPlace place = source_->place(record);
  std::string_view text = reason.message();
  if (const std::string where = source_->locate(record) + ": "; text.starts_with(where)) {
    text.remove_prefix(where.size());
  }
  nlohmann::ordered_json line;
  line["record"] = record;
  line["source"] = place.file;
  line["offset"] = nullptr;
  if (place.offset >= 0) line["offset"] = place.offset;
  line["category"] = status_code_name(reason.code());
  line["reason"] = text;
  line["epoch"] = epoch_;
  line["rank"] = rank_;
  line["action"] = on_error_name(options_.on_error);
  // Names of files may be no UTF-8.
  return quarantine_->append(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Status BadSampleLog::too_many(const Status& reason) const {
  const bool by_count = options_.max_count == limit_;
  return Status(
      reason.code(),
      fmt::format("{} samples of epoch {} are bad, and {} = {} allows {} of {}; the last: {}",
                  in_epoch(), epoch_, by_count ? "max_bad_count" : "max_bad_fraction",
                  by_count ? fmt::to_string(options_.max_count)
                           : fmt::format("{:g}", options_.max_fraction),
                  limit_, samples_, reason.message()));
}

}  // namespace headrace
