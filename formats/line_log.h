// A local text file to which lines are added, by several processes at once if need be.
#pragma once

#include <string>
#include <string_view>

#include "headrace/base/status.h"
#include "headrace/formats/file_descriptor.h"

namespace headrace {

// Threads: append() may be called from many threads.
class LineLog {
 public:
  // Opens the file for adding to; makes it where it is not there. Errors: kNotFound (no such
  // folder), kIoError.
  static Result<LineLog> open(const std::string& path);

  const std::string& path() const { return path_; }

  // Adds `line` and a newline in one write, so that lines of several writers never mix. Errors:
  // kResourceExhausted (disk full, over quota), kIoError.
  Status append(std::string_view line) const;

 private:
  LineLog(std::string path, FileDescriptor file);
  std::string path_;
  FileDescriptor file_;
};

}  // namespace headrace
