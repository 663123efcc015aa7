// From a record to a sample: one worker's buffers, decoder, and account of its time.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/augment/transform.h"
#include "headrace/base/mutex.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/index_use.h"
#include "headrace/pipeline/sample_filler.h"
#include "headrace/pipeline/stage_stats.h"

namespace headrace {

// Turns one record after the other into samples; keeps its buffers, so that steady work allocates
// nothing.
//
class SampleWorker final : public SampleFiller {
 public:
  // `side_index` is that of the source, or nullptr. All but `decode` must outlive the worker.
  SampleWorker(const RecordSource& source, const Transform& transform, const DecodeOptions& decode,
               IndexUse use, SideIndex* side_index)
      : source_(source),
        transform_(transform),
        use_(use),
        side_index_(side_index),
        decoder_(decode) {}

  // `slot`: Transform::sample_floats() floats.
  Outcome process(float* slot, int64_t record, const RandomKey& key) override
      HEADRACE_EXCLUDES(mutex_);
  void add_stats(StageStats& total) const override HEADRACE_EXCLUDES(mutex_);
  uint64_t buffer_bytes() const override HEADRACE_EXCLUDES(mutex_);

  // CPU time that the account of one sample takes here and now: measured, in some milliseconds.
  static Nanoseconds cost_of_measuring();

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

  int64_t samples_ = 0;  // begun

  mutable Mutex mutex_;
  StageStats stats_ HEADRACE_GUARDED_BY(mutex_);
  uint64_t buffer_bytes_ HEADRACE_GUARDED_BY(mutex_) = 0;
};

}  // namespace headrace
