// The names of shards: "train-00003-of-00008.tfrecord".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"

namespace headrace {

// Shard `index` of `count` (0 <= index < count) of one set.
struct ShardName {
  std::string stem;  // "train"
  int64_t index = 0;
  int64_t count = 0;
  std::string extension;  // ".tfrecord", may be empty
};

// "train-00003-of-00008.tfrecord" in its parts; none for a name that is not made so.
std::optional<ShardName> parse_shard_name(std::string_view name);
std::string format_shard_name(const ShardName& name);

// Checks that the names of record files in one folder are one whole set: all NAME-NNNNN-of-NNNNN of
// one set and none missing, or none made so. Errors: kNotFound (missing shards, named),
// kInvalidArgument (several sets, named: a folder with train-* and validation-* is not one data
// set).
Status check_one_set(const std::vector<std::string>& names);

}  // namespace headrace
