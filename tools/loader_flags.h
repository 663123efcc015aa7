// Flags that every command which reads samples takes, said once.
#pragma once

#include <string>

#include "headrace/base/status.h"
#include "headrace/pipeline/image_loader.h"

namespace CLI {
class App;
}

namespace headrace {

// --size, --seed, --transform, --no-shuffle, --shuffle-block, --exif-orientation, --strict-jpeg,
// --max-pixels: what a sample is; --decode: how true its pixels are; --decoder, --no-index: who
// makes its pixels, and with what help.
void add_sample_flags(CLI::App& app, ImageLoaderOptions& options);

// The greatest that --seed takes: a negative number is none.
inline constexpr uint64_t kGreatestSeed = (uint64_t{1} << 63) - 1;

// --no-shuffle, --shuffle-block
void add_shuffle_flags(CLI::App& app, bool& shuffle, int64_t& block);

// --tail
void add_tail_flag(CLI::App& app, TailPolicy& tail);

// --on-error, --max-bad-count, --max-bad-fraction, --quarantine
void add_bad_sample_flags(CLI::App& app, BadSampleOptions& options);

// --no-index
void add_index_flag(CLI::App& app, IndexUse& index);

// --max-pixels
void add_max_pixels_flag(CLI::App& app, DecodeOptions& options);

// --json FILE|-
void add_json_flag(CLI::App& app, std::string& json);

// Writes `text` to the file (whole or not at all), to stdout for "-", nowhere for "".
Status write_json(const std::string& text, const std::string& file);

}  // namespace headrace
