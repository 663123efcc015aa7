#include "headrace/formats/example_view.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "example.pb.h"

namespace headrace {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using Kind = FeatureView::Kind;

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

// A oneof: another kind replaces what was there.
void become(FeatureView& feature, Kind kind) {
  if (feature.kind != kind) feature.count = 0;
  feature.kind = kind;
}

void add(FeatureView& feature, uint64_t value) {
  feature.integer = static_cast<int64_t>(value);
  ++feature.count;
}

bool parse_strings(FeatureView& feature, ByteView list) {
  become(feature, Kind::kBytes);
  return for_each_field(
      list,
      [&](int number, ByteView value) {
        if (number != wire::BytesList::kValueFieldNumber) return true;
        feature.bytes = value;
        ++feature.count;
        return true;
      },
      kIgnoreVarint);
}

bool parse_integers(FeatureView& feature, ByteView list) {
  become(feature, Kind::kIntegers);
  return for_each_field(
      list,
      [&](int number, ByteView packed) {
        if (number != wire::Int64List::kValueFieldNumber) return true;
        CodedInputStream in(packed.data(), static_cast<int>(packed.size()));
        while (in.CurrentPosition() < static_cast<int>(packed.size())) {
          uint64_t value = 0;
          if (!in.ReadVarint64(&value)) return false;
          add(feature, value);
        }
        return true;
      },
      [&](int number, uint64_t value) {
        if (number == wire::Int64List::kValueFieldNumber) add(feature, value);
        return true;
      });
}

bool parse_feature(FeatureView& feature, ByteView message) {
  return for_each_field(
      message,
      [&](int number, ByteView list) {
        switch (number) {
          case wire::Feature::kBytesListFieldNumber:
            return parse_strings(feature, list);
          case wire::Feature::kFloatListFieldNumber:
            become(feature, Kind::kFloats);
            return true;
          case wire::Feature::kInt64ListFieldNumber:
            return parse_integers(feature, list);
          default:
            return true;
        }
      },
      kIgnoreVarint);
}

// An entry of a map is a message with the key as field 1 and the value as field 2.
bool parse_entry(std::span<FeatureView> wanted, ByteView entry) {
  std::string_view key;
  FeatureView feature;
  feature.present = true;
  const bool good = for_each_field(
      entry,
      [&](int number, ByteView field) {
        if (number == 1) key = as_text(field);
        return number != 2 || parse_feature(feature, field);
      },
      kIgnoreVarint);
  for (FeatureView& one : wanted) {
    if (one.name != key) continue;
    feature.name = one.name;
    one = feature;  // the last of several counts
  }
  return good;
}

}  // namespace

bool parse_example(std::span<FeatureView> wanted, ByteView message) {
  const auto parse_features = [&](ByteView features) {
    return for_each_field(
        features,
        [&](int number, ByteView entry) {
          return number != wire::Features::kFeatureFieldNumber || parse_entry(wanted, entry);
        },
        kIgnoreVarint);
  };
  return for_each_field(
      message,
      [&](int number, ByteView features) {
        return number != wire::Example::kFeaturesFieldNumber || parse_features(features);
      },
      kIgnoreVarint);
}

}  // namespace headrace
