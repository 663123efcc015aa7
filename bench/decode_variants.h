// The ways to a picture's pixels that `bench_decode` compares.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "headrace/augment/transform.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/batch_pool.h"
#include "interleaved.h"
#include "libjpeg.h"
#include "pictures.h"

namespace headrace {

enum class KnownIndex { kNone, kRows, kEvery8 };

// One way of ImageDecoder to the pixels of a region.
struct DecodeVariant {
  const char* key;    // in JSON
  const char* label;  // in the table
  JpegDecoderChoice decoder;
  KnownIndex known;
  bool record;
};

enum VariantNumber : size_t { kRegion, kOwn, kOwnRows, kOwnEvery8, kOwnRecording, kVariantCount };
inline constexpr std::array<DecodeVariant, kVariantCount> kVariants{{
    {"libjpeg_region", "libjpeg-turbo, region", JpegDecoderChoice::kLibjpeg, KnownIndex::kNone,
     false},
    {"own", "own, no index", JpegDecoderChoice::kAuto, KnownIndex::kNone, false},
    {"own_row_index", "own, row index", JpegDecoderChoice::kAuto, KnownIndex::kRows, false},
    {"own_k8", "own, k = 8", JpegDecoderChoice::kAuto, KnownIndex::kEvery8, false},
    {"own_recording", "own, recording rows", JpegDecoderChoice::kAuto, KnownIndex::kNone, true},
}};

// What a loader's worker has, doing a picture in any of the ways: buffers are shared by all ways,
// as a worker has one of each.
//
// Threads: one at a time.
class DecodeBench {
 public:
  explicit DecodeBench(const Transform& transform);

  // Once, before measuring: that every way gives the pixels of libjpeg's full decode, and the same
  // floats in the batch. Fills paths(). Errors: kInternal, naming the way and the picture.
  Status verify(const PictureSet& set);
  // How verify()'s pictures went, for each of kVariants.
  const std::array<DecodePathCounts, kVariantCount>& paths() const { return paths_; }

  // What is timed. Tasks refer to this object and to `set`.
  std::vector<Task> tasks(const PictureSet& set);
  // Where each is in tasks().
  static constexpr size_t kFullTask = 0;
  static constexpr size_t decode_task(size_t variant) { return 1 + 2 * variant; }
  static constexpr size_t end_to_end_task(size_t variant) { return 2 + 2 * variant; }
  static constexpr size_t kRowIndexTask = 1 + 2 * kVariantCount;
  static constexpr size_t kEvery8IndexTask = kRowIndexTask + 1;

 private:
  // Bytes in memory to the region's pixels in image_.
  Status decode(const DecodeVariant& variant, const BenchPicture& picture);
  // From the file to a slot of the batch.
  Status end_to_end(const DecodeVariant& variant, const PictureSet& set,
                    const BenchPicture& picture);
  Status decode_region(const DecodeVariant& variant, const BenchPicture& picture, ByteView bytes,
                       const ImageInfo& info, const Region& region);
  Status make_index(const BenchPicture& picture, int every);
  bool image_is_full_decodes_region(const Region& region) const;
  ImageDecoder& decoder_of(const DecodeVariant& variant);
  float* next_slot();

  const Transform& transform_;
  FullDecoder full_;
  ImageDecoder libjpeg_{{.jpeg_decoder = JpegDecoderChoice::kLibjpeg}};
  ImageDecoder own_;
  IndexExchange exchange_;
  ByteBuffer made_index_;
  Record record_;
  Image image_;
  Transform::Scratch scratch_;
  BatchPtr batch_;
  int slot_ = 0;
  std::array<DecodePathCounts, kVariantCount> paths_;
};

}  // namespace headrace
