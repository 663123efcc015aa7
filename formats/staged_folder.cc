#include "headrace/formats/staged_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "headrace/formats/path.h"

namespace headrace {
namespace {

namespace fs = std::filesystem;

// In a folder that is being written: what it holds is ours, to be removed by whoever comes next.
constexpr char kMarker[] = ".headrace-partial";

Status sync_folder(const std::string& folder) {
  const FileDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // EINVAL: a file system that cannot sync folders, and so does not need to.
  if (!opened.ok() || (fsync(opened.get()) != 0 && errno != EINVAL))
    return system_error(errno, "cannot sync " + folder);
  return Status();
}

// Whether a folder can take the place of what is at `target`, which is absolute and free of links.
Status check_target(const fs::path& target) {
  std::error_code error;
  struct stat there {};
  if (lstat(target.c_str(), &there) != 0) return Status();  // nothing there
  if (!S_ISDIR(there.st_mode)) {
    return invalid_argument("{} is there and is not a folder: name another target",
                            target.string());
  }
  const bool empty = fs::is_empty(target, error);
  if (error) return system_error(error.value(), "cannot read " + target.string());
  if (!empty) {
    return invalid_argument("{} already holds files: name another target, or remove it first",
                            target.string());
  }
  struct stat above {};
  const bool mount_point =
      stat(target.parent_path().c_str(), &above) == 0 && above.st_dev != there.st_dev;
  if (mount_point || target == target.parent_path() || fs::equivalent(target, ".", error)) {
    return invalid_argument("{} cannot be replaced by a new folder: name one inside it",
                            target.string());
  }
  return Status();
}

// The folder `path`, locked; made where it is not there.
Result<FileDescriptor> lock_folder(const std::string& path) {
  while (true) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return system_error(error.value(), "cannot make the folder " + path);
    FileDescriptor folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.ok()) return system_error(errno, "cannot open " + path);
    if (flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return system_error(errno, "cannot lock " + path);
      return invalid_argument(
          "another process is writing {} at this moment: wait for it, or name another target",
          path);
    }
    // Between open and lock it may have become the target of the one before, and another be here
    // now.
    struct stat locked {};
    struct stat there {};
    if (fstat(folder.get(), &locked) == 0 && lstat(path.c_str(), &there) == 0 &&
        locked.st_ino == there.st_ino && locked.st_dev == there.st_dev) {
      return folder;
    }
  }
}

// Removes what a process that was killed left in `path`, and nothing else.
Status empty_our_own(const std::string& path) {
  std::error_code error;
  if (!fs::is_empty(path, error) && !fs::exists(join_path(path, kMarker), error)) {
    return invalid_argument(
        "{} is there and holds files that no conversion left: name another target, or remove it "
        "first",
        path);
  }
  for (const fs::directory_entry& left_over : fs::directory_iterator(path, error)) {
    if (left_over.path().filename() != kMarker) fs::remove_all(left_over.path(), error);
    if (error) break;
  }
  if (error) return system_error(error.value(), "cannot empty " + path);
  const std::string marker = join_path(path, kMarker);
  const FileDescriptor file(open(marker.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  return file.ok() ? Status() : system_error(errno, "cannot write " + marker);
}

}  // namespace

Result<StagedFolder> StagedFolder::create(const std::string& target_path) {
  std::error_code error;
  fs::path target = fs::weakly_canonical(fs::absolute(target_path), error);
  if (error) return system_error(error.value(), "cannot make the folder " + target_path);
  if (!target.has_filename()) target = target.parent_path();  // of a path that ends in '/'
  HEADRACE_RETURN_IF_ERROR(check_target(target));
  const std::string path = target.string() + ".partial";
  HEADRACE_ASSIGN_OR_RETURN(FileDescriptor lock, lock_folder(path));
  HEADRACE_RETURN_IF_ERROR(empty_our_own(path));
  return StagedFolder(target.string(), path, std::move(lock));
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : target_(std::move(other.target_)),
      path_(std::exchange(other.path_, {})),
      lock_(std::move(other.lock_)) {}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Status StagedFolder::commit() {
  const std::string marker = join_path(path_, kMarker);
  if (unlink(marker.c_str()) != 0) return system_error(errno, "cannot remove " + marker);
  HEADRACE_RETURN_IF_ERROR(sync_folder(path_));
  const std::string whole = std::exchange(path_, {});  // from here on it is not removed
  if (rename(whole.c_str(), target_.c_str()) != 0) {
    return system_error(
        errno, fmt::format("everything is in {}, but it cannot be renamed to {}", whole, target_));
  }
  return sync_folder(folder_of(target_));
}

}  // namespace headrace
