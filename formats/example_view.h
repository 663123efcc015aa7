// The features of a serialised tf.Example, as views into its bytes.
//
// The parser that protobuf generates would copy the picture twice and allocate for it at every
// record; this walks the same bytes with the library's own tokens and copies nothing. Fields that
// are unknown, or of another wire type than theirs, are skipped; what comes twice is merged as
// protobuf merges it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "headrace/base/bytes.h"

namespace headrace {

// One feature: a list of strings, floats or integers; of the first and last kind, the last value.
struct FeatureView {
  enum class Kind { kNone, kBytes, kFloats, kIntegers };

  std::string_view name;
  bool present = false;
  Kind kind = Kind::kNone;
  int64_t count = 0;  // values
  ByteView bytes{};
  int64_t integer = 0;

  // The value, where there is exactly one of that kind; else nullptr.
  const ByteView* one_string() const {
    return kind == Kind::kBytes && count == 1 ? &bytes : nullptr;
  }
  const int64_t* one_integer() const {
    return kind == Kind::kIntegers && count == 1 ? &integer : nullptr;
  }
};

// Finds the features that `wanted` names in `message` (at most 2^31 - 1 bytes) and fills the rest
// of each; views into `message`. False for bytes that are no tf.Example. Any bytes are safe.
// Threads: any.
bool parse_example(std::span<FeatureView> wanted, ByteView message);

}  // namespace headrace
