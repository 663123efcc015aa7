// The engine offline: a data set into record files.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/index_maker.h"

namespace headrace {

// What a record holds.
enum class Payload {
  kOriginal,  // the picture's bytes as they are
  kIndexed,   // the same, and beside them the picture's index (Record::jpeg_index)
};
std::string_view payload_name(Payload payload);  // "original", "indexed"

struct ConvertOptions {
  // Behaviour: these and the source decide every byte that is written.
  int shards = 0;  // files; 0: as ImageNet is customarily cut, one per 1,251 records, at most 1,024
  Payload payload = Payload::kOriginal;
  int index_every = 0;        // of kIndexed: `every` of IndexMaker
  DecodeOptions decode{};     // caps, for the headers that are read
  std::string source_name{};  // what the manifest says of where it came from
  std::string software{};     // and of what wrote it

  // Performance.
  int threads = 0;  // a shard is written by one; 0: every core this process may use

  std::stop_token stop{};
  // Called with the number of records written since its last call, from many threads at once.
  std::function<void(int64_t records)> on_progress{};
};

struct ConvertResult {
  int64_t records = 0;
  uint64_t bytes = 0;  // of the record files
  int shards = 0;
  int threads = 0;
  IndexCounts indexes;  // of kIndexed
};

// Writes `source` as TFRecord files into the folder `target`: every picture's bytes as they are, in
// the source's order, cut into contiguous shards NAME-00000-of-0000N.tfrecord (NAME is the
// folder's), each with its index, and a manifest. The bytes are the same for any number of threads.
// Headers of the pictures are read, so what is not a picture is found; pixels are not decoded.
//
// The pictures' indexes depend on the pictures, and on those that records bring along: these are
// kept where they are complete, made anew where not, and left out of kOriginal. A side index of the
// source is not looked at. Pictures that can have none (other formats, other kinds of JPEG, damaged
// data) are written all the same, and counted.
//
// The folder appears when everything is in it and on the disk; after an error nothing of it is
// left. Errors: the first bad record's, in the source's order, naming it; kInvalidArgument
// (options, a target that holds files); kIoError, kResourceExhausted (disk full); kCancelled.
Result<ConvertResult> convert_to_tfrecord(const RecordSource& source, const std::string& target,
                                          const ConvertOptions& options);

}  // namespace headrace
