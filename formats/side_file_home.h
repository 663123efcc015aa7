// Where the side files of record files belong. Used inside this room only; see record_source.h.
#pragma once

#include <string>
#include <vector>

#include "headrace/formats/record_source.h"

namespace headrace {

// The home of a data set that is the files `paths`, at least one, in that order: the folder of the
// first, and
//   all shards of a set    "train-of-00008.tfrecord"
//   one file               its name
//   several others         the name of the first and a hash of all names
SideFileHome home_of_files(const std::vector<std::string>& paths);

}  // namespace headrace
