// An exclusive lock on an open file among processes. Used inside this room only.
#pragma once

#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "headrace/base/status.h"

namespace headrace {

// flock(2): it goes with the open file, so it ends with the process that holds it, however that
// ends.
class FileLock {
 public:
  // Waits for at most `patience`: a process that was stopped while it held the lock must not stop
  // others. `file` must stay open. Errors: kIoError (also where the file system knows no locks).
  static Result<FileLock> take(int file, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return system_error(errno, "cannot lock");
      if (std::chrono::steady_clock::now() >= end)
        return io_error("cannot lock: another process holds the lock");
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    return FileLock(file);
  }
  FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileLock() {
    if (file_ >= 0) ::flock(file_, LOCK_UN);
  }

 private:
  explicit FileLock(int file) : file_(file) {}
  int file_;
};

}  // namespace headrace
