// Which way a picture's pixels were made, and why not the fastest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace headrace {

enum class DecodePath : uint8_t {
  kOwnIndexed,  // our baseline JPEG decoder, from rows that a side index told it
  kOwn,         // the same, after a walk through the rows above
  kLibjpeg,
  kOpencv,
};
inline constexpr size_t kDecodePathCount = 4;

enum class DecodeReason : uint8_t {
  kNone,          // the own decoder took it
  kChosen,        // DecodeOptions asks for another decoder
  kNotJpeg,       //
  kProgressive,   // progressive frame
  kArithmetic,    // arithmetic entropy coding
  kSeveralScans,  // sequential, components in scans of their own
  kColourSpace,   // CMYK, YCCK, RGB
  kSampling,      // other than 4:4:4, 4:2:2, 4:2:0, 4:4:0
  kSmall,         // so few columns of chroma that libjpeg upsamples otherwise
  kHeader,        // a header with something odd or broken in it: for libjpeg to judge
  kData,          // picture data that do not decode cleanly: for libjpeg to judge
  kProcessor,     // no vector instructions that the own decoder knows
};
inline constexpr size_t kDecodeReasonCount = 12;

std::string_view decode_path_name(DecodePath path);        // "own, indexed", "own", "libjpeg", ...
std::string_view decode_reason_name(DecodeReason reason);  // "progressive", "damaged data", ...

struct DecodeRoute {
  DecodePath path = DecodePath::kOwn;
  DecodeReason reason = DecodeReason::kNone;

  bool operator==(const DecodeRoute&) const = default;
};

// How many pictures went which way. Plain counts: add them up over workers.
struct DecodePathCounts {
  std::array<std::array<int64_t, kDecodeReasonCount>, kDecodePathCount> pictures{};

  void count(DecodePath path, DecodeReason reason) {
    ++pictures[static_cast<size_t>(path)][static_cast<size_t>(reason)];
  }
  void add(const DecodePathCounts& other);
  void subtract(const DecodePathCounts& other);  // an earlier state of the same counts

  // What occurred, by path, then by reason.
  struct Entry {
    DecodeRoute route;
    int64_t pictures = 0;
  };
  std::vector<Entry> entries() const;
};

}  // namespace headrace
