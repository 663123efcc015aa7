#include "headrace/formats/staged_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "headrace/formats/path.h"

namespace headrace {
namespace {

namespace fs = std::filesystem;

Status sync_folder(const std::string& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_error(errno, "cannot open " + folder);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return failed == 0 ? Status() : system_error(failed, "cannot sync " + folder);
}

Status check_target(const std::string& target) {
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (status.type() == fs::file_type::not_found) return Status();
  if (status.type() != fs::file_type::directory) {
    return invalid_argument("{} is there and is not a folder: name another target", target);
  }
  const bool empty = fs::is_empty(target, error);
  if (error) return system_error(error.value(), "cannot read " + target);
  if (!empty) {
    return invalid_argument("{} already holds files: name another target, or remove it first",
                            target);
  }
  return Status();
}

}  // namespace

Result<StagedFolder> StagedFolder::create(const std::string& target_path) {
  std::string target = target_path;
  while (target.size() > 1 && target.back() == '/') target.pop_back();
  HEADRACE_RETURN_IF_ERROR(check_target(target));
  const std::string path = target + ".partial";
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return system_error(error.value(), "cannot make the folder " + path);
  const int lock = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock < 0) return system_error(errno, "cannot open " + path);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int failed = errno;
    close(lock);
    if (failed == EWOULDBLOCK) {
      return invalid_argument(
          "another process is writing {} at this moment: wait for it, or name "
          "another target",
          path);
    }
    return system_error(failed, "cannot lock " + path);
  }
  StagedFolder folder(std::move(target), path, lock);
  for (const fs::directory_entry& left_over : fs::directory_iterator(path, error)) {
    fs::remove_all(left_over.path(), error);
    if (error) break;
  }
  if (error) return system_error(error.value(), "cannot empty " + path);
  return folder;
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : target_(std::move(other.target_)), path_(std::move(other.path_)), lock_(other.lock_) {
  other.path_.clear();
  other.lock_ = -1;
}

StagedFolder::~StagedFolder() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  if (lock_ >= 0) close(lock_);
}

Status StagedFolder::commit() {
  HEADRACE_RETURN_IF_ERROR(sync_folder(path_));
  if (rename(path_.c_str(), target_.c_str()) != 0) {
    return system_error(errno, "cannot rename " + path_ + " to " + target_);
  }
  path_.clear();
  return sync_folder(folder_of(target_));
}

}  // namespace headrace
