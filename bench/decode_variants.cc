#include "decode_variants.h"

#include <cstring>
#include <memory>

namespace headrace {
namespace {

constexpr int kBatchSize = 64;

ByteView known_index(const DecodeVariant& variant, const BenchPicture& picture) {
  switch (variant.known) {
    case KnownIndex::kNone:
      return {};
    case KnownIndex::kRows:
      return picture.row_index.view();
    case KnownIndex::kEvery8:
      return picture.every8_index.view();
  }
  return {};
}

}  // namespace

DecodeBench::DecodeBench(const Transform& transform)
    : transform_(transform),
      batch_(std::make_shared<BatchPool>(kBatchSize, transform.options().size)->take_new()) {}

ImageDecoder& DecodeBench::decoder_of(const DecodeVariant& variant) {
  return variant.decoder == JpegDecoderChoice::kLibjpeg ? libjpeg_ : own_;
}

// As in a loader, the slot's memory was last written to a batch ago.
float* DecodeBench::next_slot() {
  slot_ = (slot_ + 1) % kBatchSize;
  return batch_->images() + static_cast<size_t>(slot_) * transform_.sample_floats();
}

Status DecodeBench::decode_region(const DecodeVariant& variant, const BenchPicture& picture,
                                  ByteView bytes, const ImageInfo& info, const Region& region) {
  exchange_.known = known_index(variant, picture);
  exchange_.record = variant.record;
  return decoder_of(variant).decode(image_, bytes, info, region, &exchange_);
}

Status DecodeBench::decode(const DecodeVariant& variant, const BenchPicture& picture) {
  const ByteView bytes = picture.bytes;
  HEADRACE_ASSIGN_OR_RETURN(const ImageInfo info, decoder_of(variant).peek(bytes));
  return decode_region(variant, picture, bytes, info, picture.region);
}

Status DecodeBench::end_to_end(const DecodeVariant& variant, const PictureSet& set,
                               const BenchPicture& picture) {
  HEADRACE_RETURN_IF_ERROR(set.read(record_, picture));
  const ByteView bytes = record_.image.view();
  HEADRACE_ASSIGN_OR_RETURN(const ImageInfo info, decoder_of(variant).peek(bytes));
  const SamplePlan plan = transform_.plan(info.width, info.height, picture.key);
  HEADRACE_RETURN_IF_ERROR(decode_region(variant, picture, bytes, info, plan.decode));
  transform_.finish(next_slot(), image_, plan, scratch_);
  return Status();
}

Status DecodeBench::make_index(const BenchPicture& picture, int every) {
  own_.make_index(made_index_, picture.bytes, every);  // or finds out that there can be none
  return Status();
}

std::vector<Task> DecodeBench::tasks(const PictureSet& set) {
  std::vector<Task> tasks;
  tasks.emplace_back([this, &set](size_t number) {
    full_.decode(set.pictures[number].bytes, set.pictures[number].name);
    return Status();
  });
  for (const DecodeVariant& variant : kVariants) {
    tasks.emplace_back(
        [this, &set, &variant](size_t number) { return decode(variant, set.pictures[number]); });
    tasks.emplace_back([this, &set, &variant](size_t number) {
      return end_to_end(variant, set, set.pictures[number]);
    });
  }
  for (const int every : {0, 8}) {
    tasks.emplace_back(
        [this, &set, every](size_t number) { return make_index(set.pictures[number], every); });
  }
  return tasks;
}

bool DecodeBench::image_is_full_decodes_region(const Region& region) const {
  if (image_.width() != region.width || image_.height() != region.height) return false;
  const size_t begin = static_cast<size_t>(region.x) * Image::kChannels;
  for (int y = 0; y < region.height; ++y) {
    if (std::memcmp(image_.row(y), full_.row(region.y + y) + begin, image_.stride()) != 0) {
      return false;
    }
  }
  return true;
}

Status DecodeBench::verify(const PictureSet& set) {
  paths_ = {};
  const size_t bytes = transform_.sample_floats() * sizeof(float);
  std::vector<float> expected(transform_.sample_floats());
  for (const BenchPicture& picture : set.pictures) {
    full_.decode(picture.bytes, picture.name);
    for (size_t number = 0; number < kVariantCount; ++number) {
      const DecodeVariant& variant = kVariants[number];
      const ImageDecoder& decoder = decoder_of(variant);
      const DecodePathCounts before = decoder.paths();
      HEADRACE_RETURN_IF_ERROR(decode(variant, picture).annotate(picture.name));
      if (!image_is_full_decodes_region(picture.region)) {
        return internal_error("{}: '{}' gives other pixels than libjpeg's full decode",
                              picture.name, variant.label);
      }
      DecodePathCounts now = decoder.paths();
      now.subtract(before);
      paths_[number].add(now);

      HEADRACE_RETURN_IF_ERROR(end_to_end(variant, set, picture).annotate(picture.name));
      const float* const slot =
          batch_->images() + static_cast<size_t>(slot_) * transform_.sample_floats();
      if (number == 0) std::memcpy(expected.data(), slot, bytes);
      if (std::memcmp(expected.data(), slot, bytes) != 0) {
        return internal_error("{}: '{}' gives other floats than '{}'", picture.name, variant.label,
                              kVariants[0].label);
      }
    }
  }
  return Status();
}

}  // namespace headrace
