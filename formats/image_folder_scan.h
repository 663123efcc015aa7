// Lists the pictures of an image folder. Used inside this room only; see image_folder.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/formats/storage.h"

namespace headrace {

// Every picture, in the order of the records. All names lie in one string, so that a million of
// them are not a million allocations.
class ImageList {
 public:
  std::vector<std::string> class_names;

  int64_t size() const { return static_cast<int64_t>(name_ends_.size()); }
  int64_t label(int64_t i) const { return folder_of(i).label; }
  // Appends "class/sub/x.jpg" to `path`.
  void append_path(std::string& path, int64_t i) const;
  uint64_t fingerprint() const;  // see RecordSource

  // Both append; a file goes into the folder added last.
  void add_folder(std::string path, int64_t label) {
    folders_.push_back({std::move(path), label, size()});
  }
  void add_file(std::string_view name) {
    names_ += name;
    name_ends_.push_back(names_.size());
  }
  void shrink_to_fit();

 private:
  struct Folder {
    std::string path;  // relative to the root
    int64_t label = 0;
    int64_t first_file = 0;
  };
  const Folder& folder_of(int64_t i) const;

  std::vector<Folder> folders_;  // those with pictures
  std::string names_;
  std::vector<uint64_t> name_ends_;  // in names_
};

// Errors: those of open_image_folder().
Result<ImageList> scan_image_folder(const Storage& storage, const std::string& root);

}  // namespace headrace
