#include "headrace/decoders/decode_path.h"

namespace headrace {

std::string_view decode_path_name(DecodePath path) {
  switch (path) {
    case DecodePath::kOwnIndexed:
      return "own, indexed";
    case DecodePath::kOwn:
      return "own";
    case DecodePath::kLibjpeg:
      return "libjpeg";
    case DecodePath::kOpencv:
      return "opencv";
  }
  return "unknown";
}

std::string_view decode_reason_name(DecodeReason reason) {
  switch (reason) {
    case DecodeReason::kNone:
      return "none";
    case DecodeReason::kChosen:
      return "chosen";
    case DecodeReason::kNotJpeg:
      return "not JPEG";
    case DecodeReason::kProgressive:
      return "progressive";
    case DecodeReason::kArithmetic:
      return "arithmetic coding";
    case DecodeReason::kSeveralScans:
      return "several scans";
    case DecodeReason::kColourSpace:
      return "colour space";
    case DecodeReason::kSampling:
      return "sampling";
    case DecodeReason::kSmall:
      return "few columns";
    case DecodeReason::kHeader:
      return "odd header";
    case DecodeReason::kData:
      return "damaged data";
    case DecodeReason::kProcessor:
      return "processor";
  }
  return "unknown";
}

void DecodePathCounts::add(const DecodePathCounts& other) {
  for (size_t path = 0; path < kDecodePathCount; ++path) {
    for (size_t reason = 0; reason < kDecodeReasonCount; ++reason) {
      pictures[path][reason] += other.pictures[path][reason];
    }
  }
}

void DecodePathCounts::subtract(const DecodePathCounts& other) {
  for (size_t path = 0; path < kDecodePathCount; ++path) {
    for (size_t reason = 0; reason < kDecodeReasonCount; ++reason) {
      pictures[path][reason] -= other.pictures[path][reason];
    }
  }
}

std::vector<DecodePathCounts::Entry> DecodePathCounts::entries() const {
  std::vector<Entry> entries;
  for (size_t path = 0; path < kDecodePathCount; ++path) {
    for (size_t reason = 0; reason < kDecodeReasonCount; ++reason) {
      if (pictures[path][reason] == 0) continue;
      entries.push_back({{static_cast<DecodePath>(path), static_cast<DecodeReason>(reason)},
                         pictures[path][reason]});
    }
  }
  return entries;
}

}  // namespace headrace
