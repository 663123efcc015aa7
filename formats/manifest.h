// headrace.json, what a conversion says about the record files beside it: read where it is there,
// never required.
//
//   {
//     "format_version": 1,
//     "format": "tfrecord",
//     "payload": "original",
//     "class_names": ["n01440764", "n01443537"],
//     "shards": [
//       {"name": "train-00000-of-00001.tfrecord", "records": 2, "bytes": 9000, "crc32c":
//       "1c291ca3"}
//     ],
//     "source": "folder:/data/imagenet/train",
//     "software": "headrace 0.1.0"
//   }
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/formats/storage.h"

namespace headrace {

struct ManifestShard {
  std::string name;  // in the manifest's folder
  int64_t records = 0;
  uint64_t bytes = 0;              // of the file
  std::optional<uint32_t> crc32c;  // of the whole file
};

struct Manifest {
  static constexpr int kFormatVersion = 1;
  static constexpr std::string_view kFileName = "headrace.json";

  std::string format;                    // "tfrecord"
  std::string payload;                   // "original", "indexed", "resized", "raw"
  std::vector<std::string> class_names;  // by label; may be empty
  std::vector<ManifestShard> shards;     // in the data set's order
  std::string source;                    // what was converted, for people
  std::string software;                  // what converted it, for people
};

// The text of the file. Names that are not UTF-8 lose the bytes that are not, as JSON must be.
std::string format_manifest(const Manifest& manifest);

// Errors: kCorruptData (no JSON, or not as above: says where), kUnsupported (a newer format
// version).
Result<Manifest> parse_manifest(std::string_view text);

// Writes the manifest of `folder`.
Status write_manifest(const Storage& storage, const std::string& folder, const Manifest& manifest);

// Reads the manifest of `folder`; none where there is no such file. Errors: as parse_manifest(),
// kResourceExhausted (over 32 MiB), kIoError; all name the file.
Result<std::optional<Manifest>> read_manifest(const Storage& storage, const std::string& folder);

}  // namespace headrace
