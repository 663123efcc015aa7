// Puts the file of a side index in its place: makes it, replaces it, clears garbage out of it,
// while other processes may do the same. Used inside this room only; see side_index.h.
#pragma once

#include <string>

#include "headrace/base/status.h"
#include "headrace/formats/side_index_file.h"

namespace headrace {

// Opens the file of `path` to read and write. Where there is none, or one that is not of this key
// or is damaged, or that is mostly garbage, it makes a new one first: with what is valid in the old
// one, or, where nothing is there, in `seed` (may be nullptr). A new file takes its name when it is
// whole, by link(2) or rename(2): processes that have the old one open go on with it. Processes
// that do this at the same time end up with the same file. Errors: kNotFound (no such folder),
// kIoError, kResourceExhausted.
Result<SideIndexFile> open_or_place_side_index(const std::string& path, const SideIndexKey& key,
                                               const SideIndexFile* seed);

}  // namespace headrace
