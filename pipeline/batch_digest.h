// A fingerprint of batches, to prove that two runs saw the same ones.
#pragma once

#include <memory>
#include <string>

#include "headrace/pipeline/batch.h"

namespace headrace {

// XXH3-128 (xxHash) over, batch by batch: epoch, index, size, ids, labels and the bytes of the
// pixels, integers as 8 bytes little-endian. Equal digests mean equal batches in equal order.
//
// Threads: one at a time.
class BatchDigest {
 public:
  BatchDigest();
  ~BatchDigest();
  void add(const Batch& batch);
  std::string hex() const;  // 32 digits; of what was added so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headrace
