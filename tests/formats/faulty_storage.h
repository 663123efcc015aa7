// The local storage with faults: operations on paths that start with a given text fail.
// (Permissions would not do: tests may run as root.)
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "headrace/formats/storage.h"

namespace headrace {

class FaultyStorage final : public Storage {
 public:
  std::string no_list = "\n";  // nothing starts so
  std::string no_create = "\n";

  Result<EntryKind> kind(const std::string& path) const override { return local().kind(path); }
  Result<std::vector<Entry>> list(const std::string& folder) const override {
    if (folder.starts_with(no_list)) return io_error("cannot list folder {}: faulty", folder);
    return local().list(folder);
  }
  Result<std::vector<std::string>> glob(const std::string& pattern) const override {
    return local().glob(pattern);
  }
  Result<std::string> canonical(const std::string& path) const override {
    return local().canonical(path);
  }
  Result<std::unique_ptr<RandomAccessFile>> open(const std::string& path) const override {
    return local().open(path);
  }
  Status read_file(ByteBuffer& out, const std::string& path, uint64_t max_bytes) const override {
    return local().read_file(out, path, max_bytes);
  }
  Result<std::unique_ptr<FileWriter>> create(const std::string& path) const override {
    if (path.starts_with(no_create)) return io_error("cannot create {}: faulty", path);
    return local().create(path);
  }
  Status make_folders(const std::string& folder) const override {
    return local().make_folders(folder);
  }

 private:
  static const Storage& local() { return local_storage(); }
};

}  // namespace headrace
