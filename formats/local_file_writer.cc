#include "headrace/formats/local_file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "headrace/formats/file_descriptor.h"
#include "headrace/formats/path.h"

namespace headrace {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr size_t kMaxNamePart = 200;  // of the target's name; NAME_MAX is 255

// Unlike mkstemp's, the file gets the permissions that the umask leaves, as any other file. Hidden,
// so that a killed process leaves nothing that looks like data.
std::string temporary_name(const std::string& path) {
  static std::atomic<uint64_t> counter{0};
  return join_path(folder_of(path),
                   fmt::format(".{}.{}-{}.tmp", base_name(path).substr(0, kMaxNamePart), ::getpid(),
                               counter.fetch_add(1)));
}

class LocalFileWriter final : public FileWriter {
 public:
  // With a `temporary` name, commit() renames it to `target`; without, the bytes go where they go.
  LocalFileWriter(std::string path, std::string target, std::string temporary, FileDescriptor file)
      : path_(std::move(path)),
        target_(std::move(target)),
        temporary_(std::move(temporary)),
        in_place_(temporary_.empty()),
        file_(std::move(file)) {
    buffer_.reserve(kBufferBytes);
  }
  ~LocalFileWriter() override { drop(); }

  const std::string& name() const override { return path_; }

  Status append(ByteView bytes) override {
    HEADRACE_RETURN_IF_ERROR(status_);
    if (buffer_.size() + bytes.size() > kBufferBytes) {
      HEADRACE_RETURN_IF_ERROR(flush());
      if (bytes.size() > kBufferBytes) return write_all(bytes);
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return {};
  }

  Status commit() override {
    HEADRACE_RETURN_IF_ERROR(status_);
    HEADRACE_RETURN_IF_ERROR(flush());
    // A pipe or a device has nothing to sync and no name to take.
    if (!in_place_ && ::fsync(file_.get()) != 0) return fail("sync");
    if (::close(file_.release()) != 0) return fail("close");
    if (!in_place_ && ::rename(temporary_.c_str(), target_.c_str()) != 0)
      return fail("put in place");
    temporary_.clear();
    status_ = internal_error("{}: already committed", path_);
    return in_place_ ? Status() : sync_folder();
  }

 private:
  Status flush() {
    HEADRACE_RETURN_IF_ERROR(write_all(buffer_));
    buffer_.clear();
    return {};
  }

  Status write_all(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail("write");
      bytes = bytes.subspan(static_cast<size_t>(written));
    }
    return {};
  }

  // Without this the new name may be gone after a power failure, though the bytes are there.
  Status sync_folder() const {
    const std::string folder = folder_of(target_);
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // EINVAL: a file system that cannot sync folders, and so does not need to.
    if (!opened.ok() || (::fsync(opened.get()) != 0 && errno != EINVAL))
      return system_error(errno, fmt::format("cannot sync folder {}", folder));
    return {};
  }

  Status fail(std::string_view what) {
    status_ = system_error(errno, fmt::format("cannot {} {}", what, path_));
    drop();
    return status_;
  }

  void drop() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
    temporary_.clear();
  }

  const std::string path_;
  const std::string target_;  // of path_, where that is a link
  std::string temporary_;     // empty once renamed or removed
  const bool in_place_;
  FileDescriptor file_;
  std::vector<uint8_t> buffer_;
  Status status_;
};

// A file that took the name of a device, a pipe or a socket would destroy it: these are written to.
Result<std::unique_ptr<FileWriter>> open_in_place(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.ok()) return system_error(errno, fmt::format("cannot write {}", path));
  return std::unique_ptr<FileWriter>(
      std::make_unique<LocalFileWriter>(path, path, std::string(), std::move(file)));
}

// Where a link leads, so that the link stays one; a path that is none, or leads nowhere, itself.
std::string target_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

}  // namespace

Result<std::unique_ptr<FileWriter>> create_local_file(const std::string& path) {
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) return open_in_place(path);
  const std::string target = target_of(path);
  while (true) {
    std::string temporary = temporary_name(target);
    FileDescriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.ok()) {
      return std::unique_ptr<FileWriter>(
          std::make_unique<LocalFileWriter>(path, target, std::move(temporary), std::move(file)));
    }
    // EEXIST: left by a killed process that had our number, or another machine's on a shared disk.
    if (errno != EEXIST) return system_error(errno, fmt::format("cannot create {}", path));
  }
}

}  // namespace headrace
