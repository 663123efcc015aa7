// From a picture to what a model is fed: crop, antialiased resize, flip, normalise.
//
// A transform works in two halves, so that only what is needed gets decoded:
//
//   SamplePlan plan = transform.plan(info.width, info.height, key);   // before any pixel exists
//   decoder.decode(image, bytes, info, plan.decode);                  // only that region
//   transform.finish(slot, image, plan, scratch);                     // into the batch
//
// Where the decoder may make a picture smaller (DecodeAccuracy::kFast), plan() is told how much,
// and decode() gets plan.scale.
//
// Both are pure functions: the same (options, seed, epoch, record) give the same result everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "headrace/augment/resize.h"
#include "headrace/base/keyed_random.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image.h"

namespace headrace {

enum class Preset {
  kTrain,  // RandomResizedCrop, random horizontal flip, normalise
  kEval,   // Resize of the short side, CenterCrop, normalise
};

// Defaults and meaning are torchvision's (transforms.RandomResizedCrop, Resize + CenterCrop,
// RandomHorizontalFlip, ToTensor, Normalize).
struct TransformOptions {
  // Behaviour.
  Preset preset = Preset::kTrain;
  int size = 224;             // side of the square output in pixels, 1..4096
  int resize_short_side = 0;  // eval: 0 means size * 256 / 224, rounded down; at least `size`
  std::array<double, 2> scale{0.08, 1.0};  // train: crop area as a part of the picture's
  std::array<double, 2> aspect_ratio{3. / 4, 4. / 3};  // train: width / height of the crop
  double flip_probability = 0.5;                       // train
  std::array<float, 3> mean{0.485F, 0.456F, 0.406F};   // of RGB in 0..1 (ImageNet's)
  std::array<float, 3> std{0.229F, 0.224F, 0.225F};
};

// What will be done to one picture, decided from its size alone.
struct SamplePlan {
  Region crop;        // the part of the picture the output shows, in the picture's coordinates
  int scale = 1;      // the picture is to be decoded so many times smaller: 1, 2, 4 or 8
  Region decode;      // what to decode for it: within that smaller picture, no more than needed
  ResizePlan resize;  // from the decoded pixels to size x size
  bool flip = false;  // left and right exchanged
};

// Threads: const methods may be called from many threads, each with its own scratch.
class Transform {
 public:
  // Buffers and tables of one worker, kept from sample to sample.
  class Scratch {
   public:
    Scratch();
    ~Scratch();
    Scratch(Scratch&&) noexcept;

   private:
    friend class Transform;
    struct State;
    std::unique_ptr<State> state_;
  };

  // Errors: kInvalidArgument, naming the option and its range.
  static Result<Transform> create(const TransformOptions& options);

  const TransformOptions& options() const { return options_; }
  // Floats of one sample: 3 * size * size, in CHW order.
  size_t sample_floats() const;

  // Plans a picture of width x height pixels (both at least 1). `max_scale` (1, 2, 4 or 8): how
  // many times smaller it may be decoded, ImageDecoder::greatest_scale(). It is where that leaves
  // at least as many pixels as the output shows, both ways; crop and flip do not depend on it.
  // Edges are moved to whole pixels of the smaller picture: by at most scale / 2 pixels of the
  // picture, so by at most half a pixel of the output. (In a picture that is turned, the smaller
  // one's incomplete column may come first, not last: less than `scale` pixels more.)
  SamplePlan plan(int width, int height, const RandomKey& key, int max_scale = 1) const;

  // Writes sample_floats() floats to `slot`: 3 planes (R, G, B) of size x size, (p / 255 - mean) /
  // std bit for bit as ToTensor and Normalize compute it in float32. `decoded` holds plan.decode.
  // `slot` is aligned to 64 bytes for the fastest stores, to 4 at least.
  void finish(float* slot, const Image& decoded, const SamplePlan& plan, Scratch& scratch) const;

  // The same before normalise: size x size rows of RGB bytes (Pillow's bytes).
  void finish_pixels(Image& out, const Image& decoded, const SamplePlan& plan,
                     Scratch& scratch) const;

 private:
  explicit Transform(const TransformOptions& options);
  TransformOptions options_;
  struct Normalisation;
  std::shared_ptr<const Normalisation> normalisation_;
};

}  // namespace headrace
