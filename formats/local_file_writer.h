// The atomic writer of the local file system. Used inside this room only; see storage.h.
#pragma once

#include <memory>
#include <string>

#include "headrace/formats/storage.h"

namespace headrace {

// Writes to a hidden temporary name beside `path` (beside its target, where it is a link); commit()
// flushes, syncs, renames and syncs the folder. What is there and is no file, a device or a pipe,
// is written to as it is.
Result<std::unique_ptr<FileWriter>> create_local_file(const std::string& path);

}  // namespace headrace
