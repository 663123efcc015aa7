// What one worker has: buffers, a decoder, and the account of its time.
#pragma once

#include <cstdint>

#include "headrace/augment/transform.h"
#include "headrace/base/mutex.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// Turns one record after the other into samples; keeps its buffers, so that steady work allocates
// nothing.
//
// Threads: process() from one at a time; stats() and buffer_bytes() from many.
class SampleWorker {
 public:
  SampleWorker(const RecordSource& source, const Transform& transform, const DecodeOptions& decode)
      : source_(source), transform_(transform), decoder_(decode) {}

  struct Outcome {
    Status status;
    int64_t label = 0;
    Nanoseconds cpu{0};
  };

  // Fills `slot` (Transform::sample_floats() floats) with record `key.record` as seed and epoch of
  // `key` have it. An error names the record's file, or shard and offset.
  Outcome process(float* slot, const RandomKey& key) HEADRACE_EXCLUDES(mutex_);

  // The stages' part of the statistics.
  StageStats stats() const HEADRACE_EXCLUDES(mutex_);
  uint64_t buffer_bytes() const HEADRACE_EXCLUDES(mutex_);

 private:
  class StageTimer;
  Status run(float* slot, const RandomKey& key, StageTimer& timer);

  const RecordSource& source_;
  const Transform& transform_;
  ImageDecoder decoder_;
  Record record_;
  Image image_;
  Transform::Scratch scratch_;

  mutable Mutex mutex_;
  StageStats stats_ HEADRACE_GUARDED_BY(mutex_);
  uint64_t buffer_bytes_ HEADRACE_GUARDED_BY(mutex_) = 0;
};

}  // namespace headrace
