// What `bench` found: the loader alone, without a model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "headrace/pipeline/bad_samples.h"
#include "headrace/pipeline/stage_stats.h"
#include "headrace/report/environment.h"

namespace headrace {

struct BenchResult {
  // What was read, and how.
  std::string data;              // the DATA argument as given
  std::string format;            // RecordSource::format()
  std::string payload;           // RecordSource::payload()
  std::string decode = "exact";  // DecodeAccuracy: "exact" or "fast"
  int threads = 0;
  std::string threads_reason;  // why so many, where nobody said; else empty
  int batch_size = 0;
  // What was measured.
  int64_t images = 0;                       // handed out in batches
  double epochs = 0;                        // that these are, in parts of the data set: 2.5
  double seconds = 0;                       // elapsed
  std::optional<double> images_per_second;  // rate.h
  std::optional<double> cpu_seconds_per_1000_images;  // rate.h
  uint64_t peak_rss_bytes = 0;
  StageStats stages;
  Nanoseconds measuring_per_sample{0};  // what `stages` costs, CPU; measured
  OnError on_error = OnError::kFail;
  BadSampleCounts bad_samples;  // warm-up included
  std::optional<std::string>
      digest;  // of every batch's bytes in order; the same for any thread count
  Environment environment;
};

// For a terminal: the figures, then the stage table and a line about the decoders.
std::string bench_text(const BenchResult& result);

}  // namespace headrace
