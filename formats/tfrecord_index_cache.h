// Finds the index of a TFRecord file, or makes and keeps it.
#pragma once

#include <string>

#include "headrace/base/status.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord_index.h"

namespace headrace {

// The folder for what is better computed once: $HEADRACE_CACHE, else $XDG_CACHE_HOME/headrace, else
// ~/.cache/headrace; empty where none of these is set.
std::string cache_folder();

// The index of `file`: its sidecar's, else the one in the cache folder, else the file is scanned
// and the result kept beside it, or in the cache folder where that cannot be written. A sidecar
// that does not cover the file exactly is not used but replaced. That nothing can be kept is no
// error. Errors: those of scan_tfrecord().
Result<TfRecordIndex> open_tfrecord_index(const Storage& storage, const RandomAccessFile& file);

}  // namespace headrace
