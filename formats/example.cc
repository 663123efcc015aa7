#include "headrace/formats/example.h"

#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <climits>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include "example.pb.h"

namespace headrace {
namespace {

using google::protobuf::Arena;
using google::protobuf::Map;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using FeatureMap = Map<std::string, wire::Feature>;

constexpr char kEncoded[] = "image/encoded";
constexpr char kLabel[] = "image/class/label";
constexpr char kText[] = "image/class/text";
constexpr char kFilename[] = "image/filename";
constexpr char kFormat[] = "image/format";
constexpr char kHeight[] = "image/height";
constexpr char kWidth[] = "image/width";
constexpr char kChannels[] = "image/channels";

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

// --- Reading. The generated parser would copy the picture twice and allocate for it at every
// record; this walks the same bytes with the library's own tokens and copies nothing. Fields that
// are unknown, or of another wire type than theirs, are skipped; what comes twice is merged as
// protobuf merges it.

// Calls `on_bytes(number, view)` and `on_varint(number, value)` for the fields of one message; each
// returns false for what cannot be. False for bytes that are no message.
template <class OnBytes, class OnVarint>
bool for_each_field(ByteView message, const OnBytes& on_bytes, const OnVarint& on_varint) {
  CodedInputStream in(message.data(), static_cast<int>(message.size()));
  while (const uint32_t tag = in.ReadTag()) {
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    if (number == 0) return false;
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
        uint32_t size = 0;
        if (!in.ReadVarint32(&size)) return false;
        const auto begin = static_cast<size_t>(in.CurrentPosition());
        if (size > message.size() - begin || !in.Skip(static_cast<int>(size))) return false;
        if (!on_bytes(number, message.subspan(begin, size))) return false;
        break;
      }
      case WireFormatLite::WIRETYPE_VARINT: {
        uint64_t value = 0;
        if (!in.ReadVarint64(&value)) return false;
        if (!on_varint(number, value)) return false;
        break;
      }
      default:
        if (!WireFormatLite::SkipField(&in, tag)) return false;
    }
  }
  return in.ConsumedEntireMessage();
}

constexpr auto kIgnoreVarint = [](int, uint64_t) { return true; };

enum class Kind { kNone, kBytes, kFloats, kIntegers };

// One feature: how many values it has, and the last of them.
struct FeatureView {
  bool present = false;
  Kind kind = Kind::kNone;
  int64_t count = 0;
  ByteView bytes;
  int64_t integer = 0;

  const ByteView* one_string() const {
    return kind == Kind::kBytes && count == 1 ? &bytes : nullptr;
  }
  const int64_t* one_integer() const {
    return kind == Kind::kIntegers && count == 1 ? &integer : nullptr;
  }

  void become(Kind new_kind) {  // a oneof: another kind replaces what was there
    if (kind != new_kind) count = 0;
    kind = new_kind;
  }
  void add(uint64_t value) {
    integer = static_cast<int64_t>(value);
    ++count;
  }

  bool parse(ByteView message) {
    return for_each_field(
        message,
        [this](int number, ByteView list) {
          switch (number) {
            case wire::Feature::kBytesListFieldNumber:
              return parse_strings(list);
            case wire::Feature::kFloatListFieldNumber:
              become(Kind::kFloats);
              return true;
            case wire::Feature::kInt64ListFieldNumber:
              return parse_integers(list);
            default:
              return true;
          }
        },
        kIgnoreVarint);
  }
  bool parse_strings(ByteView list) {
    become(Kind::kBytes);
    return for_each_field(
        list,
        [this](int number, ByteView value) {
          if (number != wire::BytesList::kValueFieldNumber) return true;
          bytes = value;
          ++count;
          return true;
        },
        kIgnoreVarint);
  }
  bool parse_integers(ByteView list) {
    become(Kind::kIntegers);
    return for_each_field(
        list,
        [this](int number, ByteView packed) {
          if (number != wire::Int64List::kValueFieldNumber) return true;
          CodedInputStream in(packed.data(), static_cast<int>(packed.size()));
          while (in.CurrentPosition() < static_cast<int>(packed.size())) {
            uint64_t value = 0;
            if (!in.ReadVarint64(&value)) return false;
            add(value);
          }
          return true;
        },
        [this](int number, uint64_t value) {
          if (number == wire::Int64List::kValueFieldNumber) add(value);
          return true;
        });
  }
};

// The features that are read, by name.
class ExampleView {
 public:
  bool parse(ByteView message) {
    return for_each_field(
        message,
        [this](int number, ByteView features) {
          return number != wire::Example::kFeaturesFieldNumber || parse_features(features);
        },
        kIgnoreVarint);
  }

  const FeatureView& operator[](std::string_view name) const {
    for (const Slot& slot : slots_) {
      if (slot.name == name) return slot.feature;
    }
    std::terminate();  // a name that is not in the list below
  }

 private:
  struct Slot {
    std::string_view name;
    FeatureView feature;
  };

  bool parse_features(ByteView features) {
    return for_each_field(
        features,
        [this](int number, ByteView entry) {
          return number != wire::Features::kFeatureFieldNumber || parse_entry(entry);
        },
        kIgnoreVarint);
  }
  // An entry of a map is a message with the key as field 1 and the value as field 2.
  bool parse_entry(ByteView entry) {
    std::string_view key;
    FeatureView feature;
    feature.present = true;
    const bool good = for_each_field(
        entry,
        [&](int number, ByteView field) {
          if (number == 1) key = as_text(field);
          return number != 2 || feature.parse(field);
        },
        kIgnoreVarint);
    for (Slot& slot : slots_) {
      if (slot.name == key) slot.feature = feature;  // the last of several counts
    }
    return good;
  }

  Slot slots_[8] = {{kEncoded, {}}, {kLabel, {}},  {kText, {}},  {kFilename, {}},
                    {kFormat, {}},  {kHeight, {}}, {kWidth, {}}, {kChannels, {}}};
};

// Why a feature that must be there is no single value of the right kind.
Status explain(const FeatureView& feature, const char* name, Kind kind) {
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
  ExampleView example;
  if (bytes.size() > INT_MAX || !example.parse(bytes)) {
    return corrupt_data("{} bytes that are no tf.Example", bytes.size());
  }
  const ByteView* const image = example[kEncoded].one_string();
  if (image == nullptr) return explain(example[kEncoded], kEncoded, Kind::kBytes);
  if (image->empty()) return corrupt_data("feature {} is empty", kEncoded);
  HEADRACE_RETURN_IF_ERROR(check_image_size(image->size()));
  const int64_t* const label = example[kLabel].one_integer();
  if (label == nullptr) return explain(example[kLabel], kLabel, Kind::kIntegers);
  if (*label < first_label) {
    return corrupt_data("feature {} is {}, classes are numbered from {}", kLabel, *label,
                        first_label);
  }
  record.label = *label - first_label;
  record.class_name = text_or_empty(example[kText]);
  record.filename = text_or_empty(example[kFilename]);
  record.image_format = text_or_empty(example[kFormat]);
  record.height = size_or_zero(example[kHeight]);
  record.width = size_or_zero(example[kWidth]);
  record.channels = size_or_zero(example[kChannels]);
  take_image(record.image, *image);
  return {};
}

}  // namespace headrace
