// A folder that appears whole or not at all.
#pragma once

#include <memory>
#include <string>

#include "headrace/base/status.h"
#include "headrace/formats/file_descriptor.h"

namespace headrace {

// Files are written into TARGET.partial, which becomes TARGET when everything is there. A process
// that is killed leaves TARGET.partial behind, marked as ours; the next one for the same target
// removes it first.
//
// Threads: one at a time; writing files into path() may be done by many.
class StagedFolder {
 public:
  // Errors: kInvalidArgument where `target` is there and not an empty folder, another process is
  // writing it, or TARGET.partial holds what is not ours; kIoError where it cannot be made.
  static Result<StagedFolder> create(const std::string& target);

  ~StagedFolder();  // without commit(): removes all of it
  StagedFolder(StagedFolder&& other) noexcept;
  StagedFolder& operator=(StagedFolder&&) = delete;

  const std::string& path() const { return path_; }  // to write into

  // Gives the folder its name, for good: synced up to the folder above. Call once.
  Status commit();

 private:
  StagedFolder(std::string target, std::string path, FileDescriptor lock)
      : target_(std::move(target)), path_(std::move(path)), lock_(std::move(lock)) {}

  std::string target_;
  std::string path_;     // empty: nothing to remove any more
  FileDescriptor lock_;  // of path_, held locked
};

}  // namespace headrace
