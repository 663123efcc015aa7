#include "pictures.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "headrace/decoders/image_decoder.h"
#include "libjpeg.h"

namespace headrace {
namespace {

constexpr uint64_t kSeed = 1;  // of the rectangles

// Why libjpeg's RGB is nothing to compare with; empty where it is.
std::string why_not(ImageDecoder& decoder, ByteView bytes) {
  const Result<ImageInfo> info = decoder.peek(bytes);
  if (!info.ok()) return "unreadable";
  if (info->format != ImageFormat::kJpeg) return "not JPEG";
  if (info->channels == 4) return "CMYK";
  Image image;
  if (!decoder.decode(image, bytes, *info, {0, 0, info->width, info->height}).ok()) {
    return "damaged";
  }
  return {};
}

void make_indexes(BenchPicture& picture, ImageDecoder& decoder) {
  decoder.make_index(picture.row_index, picture.bytes, 0);
  decoder.make_index(picture.every8_index, picture.bytes, 8);
}

double mean_of(const std::vector<BenchPicture>& pictures, double (*figure)(const BenchPicture&)) {
  double sum = 0;
  for (const BenchPicture& picture : pictures) sum += figure(picture);
  return sum / static_cast<double>(pictures.size());
}

}  // namespace

Status PictureSet::read(Record& record, const BenchPicture& picture) const {
  if (source != nullptr) return source->read(record, picture.record);
  record.image.resize(picture.bytes.size());
  std::copy(picture.bytes.begin(), picture.bytes.end(), record.image.data());
  return Status();
}

double PictureSet::mean_bytes() const {
  return mean_of(pictures, [](const BenchPicture& picture) {
    return static_cast<double>(picture.bytes.size());
  });
}

double PictureSet::mean_megapixels() const {
  return mean_of(pictures, [](const BenchPicture& picture) {
    return static_cast<double>(picture.width) * picture.height / 1e6;
  });
}

Result<PictureSet> open_pictures(const std::string& data, int64_t limit,
                                 const Transform& transform) {
  PictureSet set{.title = "as they are", .source = nullptr, .pictures = {}, .left_out = {}};
  HEADRACE_ASSIGN_OR_RETURN(set.source, open_record_source(data));
  const int64_t size = set.source->size();
  const int64_t count = limit > 0 ? std::min(limit, size) : size;
  ImageDecoder libjpeg({.jpeg_decoder = JpegDecoderChoice::kLibjpeg});
  ImageDecoder own;
  Record record;
  std::map<std::string, int> left_out;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t number = i * size / count;
    HEADRACE_RETURN_IF_ERROR(set.source->read(record, number));
    const ByteView bytes = record.image.view();
    if (const std::string reason = why_not(libjpeg, bytes); !reason.empty()) {
      ++left_out[reason];
      continue;
    }
    BenchPicture& picture = set.pictures.emplace_back();
    picture.name = set.source->locate(number);
    picture.record = number;
    picture.bytes.assign(bytes.begin(), bytes.end());
    const ImageInfo info = *libjpeg.peek(bytes);
    picture.width = info.width;
    picture.height = info.height;
    picture.key = {.seed = kSeed, .epoch = 0, .record = static_cast<uint64_t>(number)};
    picture.region = transform.plan(info.width, info.height, picture.key).decode;
    make_indexes(picture, own);
  }
  for (const auto& [reason, pictures] : left_out) {
    set.left_out += fmt::format("{}{} {}", set.left_out.empty() ? "" : ", ", pictures, reason);
  }
  if (set.pictures.empty()) return not_found("{}: no picture to measure ({})", data, set.left_out);
  return set;
}

PictureSet reencode(const PictureSet& set, int quality) {
  PictureSet encoded{
      .title = fmt::format("encoded anew, quality {}, 4:2:0, standard tables", quality),
      .source = nullptr,
      .pictures = {},
      .left_out = {}};
  FullDecoder decoder;
  ImageDecoder own;
  for (const BenchPicture& picture : set.pictures) {
    decoder.decode(picture.bytes, picture.name);
    BenchPicture& copy = encoded.pictures.emplace_back();
    copy.name = picture.name;
    copy.record = picture.record;
    copy.bytes = encode_jpeg(decoder, quality);
    copy.width = picture.width;
    copy.height = picture.height;
    copy.key = picture.key;
    copy.region = picture.region;
    make_indexes(copy, own);
  }
  return encoded;
}

}  // namespace headrace
