#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "headrace/formats/file_descriptor.h"
#include "headrace/formats/local_file_writer.h"
#include "headrace/formats/storage.h"

namespace headrace {
namespace {

EntryKind kind_of(const struct stat& info) {
  return S_ISREG(info.st_mode)   ? EntryKind::kFile
         : S_ISDIR(info.st_mode) ? EntryKind::kFolder
                                 : EntryKind::kOther;
}

// The listing knows most kinds; links, and file systems that do not say, need a look.
EntryKind kind_of(const dirent& entry, int folder) {
  if (entry.d_type == DT_REG) return EntryKind::kFile;
  if (entry.d_type == DT_DIR) return EntryKind::kFolder;
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return EntryKind::kOther;
  struct stat info {};
  if (::fstatat(folder, entry.d_name, &info, 0) != 0) return EntryKind::kFile;  // leads nowhere
  return kind_of(info);
}

Status cannot(std::string_view what, std::string_view path) {
  return system_error(errno, fmt::format("cannot {} {}", what, path));
}

// Opens a regular file and tells what it is.
Result<FileDescriptor> open_file(struct stat& info, const std::string& path) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() || ::fstat(file.get(), &info) != 0) return cannot("open", path);
  if (!S_ISREG(info.st_mode))
    return io_error("cannot open {}: {}", path, S_ISDIR(info.st_mode) ? "a folder" : "not a file");
  return file;
}

Status read_all(MutableByteView out, int file, uint64_t offset, const std::string& path) {
  const uint64_t begin = offset;
  while (!out.empty()) {
    const ssize_t count = ::pread(file, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot("read", path);
    if (count == 0) {
      return corrupt_data("{}: ends at byte {}, wanted the bytes {} to {}", path, offset, begin,
                          offset + out.size());
    }
    offset += static_cast<uint64_t>(count);
    out = out.subspan(static_cast<size_t>(count));
  }
  return {};
}

class LocalFile final : public RandomAccessFile {
 public:
  LocalFile(std::string name, FileDescriptor file, const struct stat& info)
      : name_(std::move(name)), file_(std::move(file)), info_(info) {}

  const std::string& name() const override { return name_; }
  uint64_t size() const override { return static_cast<uint64_t>(info_.st_size); }
  std::string version() const override {
    return fmt::format("{} bytes, {}.{:09}", info_.st_size, info_.st_mtim.tv_sec,
                       info_.st_mtim.tv_nsec);
  }
  Status read_at(MutableByteView out, uint64_t offset) const override {
    if (offset > size() || out.size() > size() - offset) {
      return corrupt_data("{}: has {} bytes, wanted {} from byte {} on", name_, size(), out.size(),
                          offset);
    }
    return read_all(out, file_.get(), offset, name_);
  }

 private:
  const std::string name_;
  const FileDescriptor file_;
  const struct stat info_;
};

class LocalStorage final : public Storage {
 public:
  Result<EntryKind> kind(const std::string& path) const override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return cannot("find", path);
    return kind_of(info);
  }

  Result<std::vector<Entry>> list(const std::string& folder) const override {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), &::closedir);
    if (stream == nullptr) return cannot("list folder", folder);
    std::vector<Entry> entries;
    while (true) {
      errno = 0;
      const dirent* const found = ::readdir(stream.get());
      if (found == nullptr && errno != 0) return cannot("list folder", folder);
      if (found == nullptr) break;
      const std::string_view name = found->d_name;
      if (name == "." || name == "..") continue;
      entries.push_back({std::string(name), kind_of(*found, ::dirfd(stream.get()))});
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return entries;
  }

  Result<std::vector<std::string>> glob(const std::string& pattern) const override {
    glob_t found{};
    const std::unique_ptr<glob_t, void (*)(glob_t*)> owner(&found, &::globfree);
    const int error = ::glob(pattern.c_str(), GLOB_ERR | GLOB_NOSORT, nullptr, &found);
    if (error != 0 && error != GLOB_NOMATCH) return cannot("list", pattern);
    std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  Result<std::string> canonical(const std::string& path) const override {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &::free);
    if (real == nullptr) return cannot("find", path);
    return std::string(real.get());
  }

  Result<std::unique_ptr<RandomAccessFile>> open(const std::string& path) const override {
    struct stat info {};
    HEADRACE_ASSIGN_OR_RETURN(FileDescriptor file, open_file(info, path));
    return std::unique_ptr<RandomAccessFile>(
        std::make_unique<LocalFile>(path, std::move(file), info));
  }

  Status read_file(ByteBuffer& out, const std::string& path, uint64_t max_bytes) const override {
    struct stat info {};
    HEADRACE_ASSIGN_OR_RETURN(const FileDescriptor file, open_file(info, path));
    const auto size = static_cast<uint64_t>(info.st_size);
    if (size > max_bytes) {
      return resource_exhausted("{}: {} bytes, more than the {} allowed", path, size, max_bytes);
    }
    out.resize(size);
    return read_all(out.span(), file.get(), 0, path);
  }

  Result<std::unique_ptr<FileWriter>> create(const std::string& path) const override {
    return create_local_file(path);
  }

  Status make_folders(const std::string& folder) const override {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return system_error(error.value(), fmt::format("cannot make folder {}", folder));
    return {};
  }
};

}  // namespace

const Storage& local_storage() {
  static const LocalStorage storage;
  return storage;
}

}  // namespace headrace
