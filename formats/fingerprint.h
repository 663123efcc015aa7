// A 64-bit hash of a sequence of texts and numbers: the same sequence gives the same value
// everywhere, another one another (but for chance). No protection against who wants two to agree.
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace {

// Threads: one at a time.
class Fingerprint {
 public:
  void add(std::string_view text);
  void add(uint64_t number);
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0;
};

}  // namespace headrace
