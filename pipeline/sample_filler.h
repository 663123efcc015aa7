// What the engine knows of whoever makes samples.
#pragma once

#include <cstdint>

#include "headrace/base/clock.h"
#include "headrace/base/keyed_random.h"
#include "headrace/base/status.h"
#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// Makes one sample after the other; each worker has one of its own.
//
// Threads: process() from one at a time; the rest from many.
class SampleFiller {
 public:
  virtual ~SampleFiller() = default;

  struct Outcome {
    Status status;
    int64_t label = 0;
    Nanoseconds cpu{0};
  };

  // Fills `slot` with record `record`, augmented as `key` has it. An error names the record's file,
  // or shard and offset.
  virtual Outcome process(float* slot, int64_t record, const RandomKey& key) = 0;

  // Adds what its samples cost so far.
  virtual void add_stats(StageStats& total) const = 0;
  virtual uint64_t buffer_bytes() const = 0;  // held now
};

}  // namespace headrace
