#include "headrace/formats/example.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <string>
#include <string_view>

#include "example.pb.h"
#include "headrace/formats/example_view.h"

namespace headrace {
namespace {

using google::protobuf::Arena;
using google::protobuf::Map;
using FeatureMap = Map<std::string, wire::Feature>;

constexpr char kEncoded[] = "image/encoded";
constexpr char kLabel[] = "image/class/label";
constexpr char kText[] = "image/class/text";
constexpr char kFilename[] = "image/filename";
constexpr char kFormat[] = "image/format";
constexpr char kHeight[] = "image/height";
constexpr char kWidth[] = "image/width";
constexpr char kChannels[] = "image/channels";
constexpr char kJpegIndex[] = "headrace/jpeg_index";

// A message lives for one call: its nodes come from the stack, only larger strings from the heap.
class StackArena {
 public:
  StackArena() : arena_(block_, sizeof block_) {}
  wire::Example* example() { return Arena::CreateMessage<wire::Example>(&arena_); }

 private:
  alignas(8) char block_[8192];
  Arena arena_;
};

void put(FeatureMap& features, const char* name, int64_t value) {
  features[name].mutable_int64_list()->add_value(value);
}

void put(FeatureMap& features, const char* name, std::string_view value) {
  features[name].mutable_bytes_list()->add_value(value.data(), value.size());
}

// Why a feature that must be there is no single value of the right kind.
Status explain(const FeatureView& feature, const char* name, FeatureView::Kind kind) {
  if (!feature.present) return corrupt_data("no feature {}", name);
  if (feature.kind != kind) return corrupt_data("feature {} is of the wrong kind", name);
  return corrupt_data("feature {} has not exactly one value", name);
}

// What only describes may be absent, and is taken as absent where it makes no sense.
int size_or_zero(const FeatureView& feature) {
  const int64_t* const value = feature.one_integer();
  return value != nullptr && *value > 0 && *value <= INT_MAX ? static_cast<int>(*value) : 0;
}

std::string_view text_or_empty(const FeatureView& feature) {
  const ByteView* const value = feature.one_string();
  return value != nullptr ? as_text(*value) : std::string_view();
}

Status check_image_size(size_t bytes) {
  if (bytes <= kMaxImageBytes) return {};
  return resource_exhausted("an image of {} bytes, more than the {} allowed", bytes,
                            kMaxImageBytes);
}

void copy_index(ByteBuffer& buffer, const FeatureView& feature) {
  const ByteView* const value = feature.one_string();
  const ByteView bytes =
      value != nullptr && value->size() <= kMaxSideBlobBytes ? *value : ByteView();
  buffer.resize(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
}

// Makes `buffer` hold `image`, which may lie in it.
void take_image(ByteBuffer& buffer, ByteView image) {
  if (image.size() > buffer.capacity()) {  // then it lies elsewhere
    buffer.resize(image.size());
  }
  std::memmove(buffer.data(), image.data(), image.size());
  buffer.resize(image.size());
}

}  // namespace

Status encode_example(ByteBuffer& bytes, const Record& record) {
  if (record.image.size() == 0) return invalid_argument("a record without an image");
  if (record.label < 0) return invalid_argument("a record with the label {}", record.label);
  HEADRACE_RETURN_IF_ERROR(check_image_size(record.image.size()));
  if (record.jpeg_index.size() > kMaxSideBlobBytes) {
    return resource_exhausted("a JPEG index of {} bytes, more than the {} allowed",
                              record.jpeg_index.size(), kMaxSideBlobBytes);
  }
  StackArena arena;
  wire::Example* const example = arena.example();
  FeatureMap& features = *example->mutable_features()->mutable_feature();
  put(features, kEncoded, as_text(record.image.view()));
  put(features, kLabel, record.label);
  if (!record.class_name.empty()) put(features, kText, record.class_name);
  if (!record.filename.empty()) put(features, kFilename, record.filename);
  if (!record.image_format.empty()) put(features, kFormat, record.image_format);
  if (record.height > 0) put(features, kHeight, int64_t{record.height});
  if (record.width > 0) put(features, kWidth, int64_t{record.width});
  if (record.channels > 0) put(features, kChannels, int64_t{record.channels});
  if (record.jpeg_index.size() > 0) put(features, kJpegIndex, as_text(record.jpeg_index.view()));

  const size_t size = example->ByteSizeLong();
  if (size > INT_MAX) return resource_exhausted("a tf.Example of {} bytes", size);
  bytes.resize(size);
  google::protobuf::io::ArrayOutputStream array(bytes.data(), static_cast<int>(size));
  google::protobuf::io::CodedOutputStream out(&array);
  out.SetSerializationDeterministic(true);  // a map has no order of its own
  if (!example->SerializeToCodedStream(&out))
    return internal_error("cannot serialise a tf.Example");
  return {};
}

Status decode_example(Record& record, ByteView bytes, int64_t first_label) {
  if (bytes.size() > INT_MAX) return resource_exhausted("a tf.Example of {} bytes", bytes.size());
  FeatureView example[] = {{.name = kEncoded},  {.name = kLabel},    {.name = kText},
                           {.name = kFilename}, {.name = kFormat},   {.name = kHeight},
                           {.name = kWidth},    {.name = kChannels}, {.name = kJpegIndex}};
  const auto& [encoded, labelled, text, filename, format, height, width, channels, jpeg_index] =
      example;
  if (!parse_example(example, bytes)) {
    return corrupt_data("{} bytes that are no tf.Example", bytes.size());
  }
  const ByteView* const image = encoded.one_string();
  if (image == nullptr) return explain(encoded, kEncoded, FeatureView::Kind::kBytes);
  if (image->empty()) return corrupt_data("feature {} is empty", kEncoded);
  HEADRACE_RETURN_IF_ERROR(check_image_size(image->size()));
  const int64_t* const label = labelled.one_integer();
  if (label == nullptr) return explain(labelled, kLabel, FeatureView::Kind::kIntegers);
  if (*label < first_label) {
    return corrupt_data("feature {} is {}, classes are numbered from {}", kLabel, *label,
                        first_label);
  }
  record.label = *label - first_label;
  record.class_name = text_or_empty(text);
  record.filename = text_or_empty(filename);
  record.image_format = text_or_empty(format);
  record.height = size_or_zero(height);
  record.width = size_or_zero(width);
  record.channels = size_or_zero(channels);
  copy_index(record.jpeg_index, jpeg_index);  // before the image takes the place of `bytes`
  take_image(record.image, *image);
  return {};
}

}  // namespace headrace
