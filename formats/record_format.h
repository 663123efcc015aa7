// What a format tells about itself, so that a DATA argument finds it. A new format is a file that
// defines one of these, and a line in the list in open_record_source.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/storage.h"

namespace headrace {

struct RecordFormat {
  std::string_view prefix;  // "tfrecord" in "tfrecord:DATA"
  // Whether the name of a file says that it is of this format; always false where the format's data
  // sets are no files.
  bool (*has_name)(std::string_view name);
  // Whether a folder with these entries holds a data set of this format.
  bool (*is_folder)(const Storage& storage, const std::string& folder,
                    const std::vector<Entry>& entries);
  Result<std::unique_ptr<RecordSource>> (*open_folder)(const Storage& storage,
                                                       const std::string& folder);
  // Opens files in the order given, at least one; nullptr where the format's data sets are no
  // files.
  Result<std::unique_ptr<RecordSource>> (*open_files)(const Storage& storage,
                                                      const std::vector<std::string>& paths);
};

extern const RecordFormat kImageFolderFormat;  // image_folder.cc
extern const RecordFormat kTfRecordFormat;     // tfrecord_format.cc

}  // namespace headrace
