// What one worker has: buffers, a decoder, and the account of its time.
#pragma once

#include <cstdint>

#include "headrace/augment/transform.h"
#include "headrace/base/mutex.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/index_use.h"
#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// Turns one record after the other into samples; keeps its buffers, so that steady work allocates
// nothing.
//
// Threads: process() from one at a time; stats() and buffer_bytes() from many.
class SampleWorker {
 public:
  // `side_index` is that of the source, or nullptr. All but `decode` must outlive the worker.
  SampleWorker(const RecordSource& source, const Transform& transform, const DecodeOptions& decode,
               IndexUse use, SideIndex* side_index)
      : source_(source),
        transform_(transform),
        use_(use),
        side_index_(side_index),
        decoder_(decode) {}

  struct Outcome {
    Status status;
    int64_t label = 0;
    Nanoseconds cpu{0};
  };

  // Fills `slot` (Transform::sample_floats() floats) with record `record`, augmented as `key` has
  // it. An error names the record's file, or shard and offset.
  Outcome process(float* slot, int64_t record, const RandomKey& key) HEADRACE_EXCLUDES(mutex_);

  // The stages' part of the statistics.
  StageStats stats() const HEADRACE_EXCLUDES(mutex_);
  uint64_t buffer_bytes() const HEADRACE_EXCLUDES(mutex_);

 private:
  class StageTimer;
  Status run(float* slot, int64_t index, const RandomKey& key, StageTimer& timer);
  // What the decoder is told about record `index`, which is read; nullptr: nothing, and nothing is
  // asked of it.
  IndexExchange* look_up(int64_t index, const ImageInfo& info);
  bool can_add();

  const RecordSource& source_;
  const Transform& transform_;
  const IndexUse use_;
  SideIndex* const side_index_;
  bool can_add_ = true;  // until the side index says otherwise
  ImageDecoder decoder_;
  Record record_;
  ByteBuffer stored_index_;
  IndexExchange exchange_;
  Image image_;
  Transform::Scratch scratch_;

  mutable Mutex mutex_;
  StageStats stats_ HEADRACE_GUARDED_BY(mutex_);
  uint64_t buffer_bytes_ HEADRACE_GUARDED_BY(mutex_) = 0;
};

}  // namespace headrace
