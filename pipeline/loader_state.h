// Where a loader stands, as a token that another process continues from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "headrace/base/status.h"

namespace headrace {

struct ImageLoaderOptions;

struct LoaderState {
  int64_t epoch = 0;
  int64_t samples = 0;  // of this epoch that all ranks together have been handed, from its begin
  int64_t bad_samples = 0;  // of these, those that this rank could not use
  uint64_t data = 0;        // RecordSource::fingerprint()
  uint64_t options = 0;     // options_fingerprint()

  bool operator==(const LoaderState&) const = default;
};

// No token is longer.
inline constexpr size_t kMaxTokenBytes = 512;

// One line of JSON:
// {"headrace_loader":1,"epoch":3,"samples":51200,"bad_samples":0,"data":"<16 hex>","options":"<16
// hex>"}
std::string to_token(const LoaderState& state);

// Errors: kInvalidArgument: not such a token, or one of a later version.
Result<LoaderState> parse_token(std::string_view token);

// A hash of all that, beside data and epoch, decides which samples there are and in which order:
// seed, shuffling, transform, what decoding gives, what becomes of bad samples and of the tail. Not
// of batch size and ranks, which only deal them out, nor of anything that changes no sample.
uint64_t options_fingerprint(const ImageLoaderOptions& options);

}  // namespace headrace
