// Whether a loader uses what is known about the insides of JPEGs.
#pragma once

#include <string_view>

namespace headrace {

// An index of a JPEG says where its rows begin, so that a region is decoded without what is above
// it: several times faster, with the same pixels. Records of payload "indexed" carry their own; for
// all others a data set has one side file (formats/side_index.h), ".headrace-NAME.jpegidx" beside
// the data, or, where that cannot be written, one in the cache folder. Some hundred bytes a
// picture; it may be deleted at any time, and only speed is lost. build_index.h makes it complete.
enum class IndexUse {
  kOff,   // none, not even those that records carry
  kRead,  // what is there; makes and changes no file
  kGrow,  // and rows that decoders meet are added, so that epochs get faster as they go by
};

// Which of a data set's side indexes holds them (open_side_index()).
inline constexpr std::string_view kJpegIndexKind = "jpegidx";

}  // namespace headrace
