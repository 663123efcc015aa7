// TFRecord files as records.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/formats/manifest.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord.h"

namespace headrace {

struct TfRecordOptions {
  // The label that is stored for class 0, not negative: 1 for ImageNet as TensorFlow's tools write
  // it.
  int64_t first_label = 0;
  DataCheck check = DataCheck::kChecksum;
};

// Opens the shards in the order given, at least one; record ids go through them in that order.
// Indexes are found or made by open_tfrecord_index(). A manifest gives class names and payload, and
// is checked: its shards' sizes and record counts must be those of the files, and it must name them
// all (it may name more). The storage must outlive the source.
//
// Shards stay open while that takes no more than half of the file descriptors this process may
// have; the others are opened for each read.
//
// Errors: kNotFound (a file is not there, no record in any of them), kCorruptData (a shard that
// cannot be indexed, a manifest that says otherwise), kInvalidArgument (options).
Result<std::unique_ptr<RecordSource>> open_tfrecord_source(
    const Storage& storage, const std::vector<std::string>& paths,
    const std::optional<Manifest>& manifest = std::nullopt, const TfRecordOptions& options = {});

}  // namespace headrace
