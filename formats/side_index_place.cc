#include "headrace/formats/side_index_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>

#include "headrace/formats/file_lock.h"

namespace headrace {
namespace {

constexpr int kAttempts = 10;
constexpr std::chrono::milliseconds kPatience{2000};
constexpr size_t kCopyBatchBytes = size_t{1} << 20;
constexpr uint64_t kLeastGarbage = uint64_t{1} << 20;  // less is not worth a copy

bool is_stale(const Status& status) {
  return status.code() == StatusCode::kCorruptData || status.code() == StatusCode::kUnsupported;
}

bool is_mostly_garbage(const SideIndexFile& file) {
  const Result<SideIndexFile::Usage> usage = file.usage();
  if (!usage.ok() || usage->heap_bytes <= usage->live_bytes) return false;
  const uint64_t garbage = usage->heap_bytes - usage->live_bytes;
  return garbage >= kLeastGarbage && garbage > usage->live_bytes;
}

Status copy_entries(const SideIndexFile& to, const SideIndexFile& from) {
  SideIndexBatch batch;
  ByteBuffer blob;
  for (int64_t record = 0; record < from.records(); ++record) {
    from.read(blob, record);
    if (blob.size() == 0) continue;
    batch.add(record, blob.view());
    if (batch.size() < kCopyBatchBytes) continue;
    HEADRACE_RETURN_IF_ERROR(to.append(batch));
    batch.clear();
  }
  return batch.size() == 0 ? Status() : to.append(batch);
}

// A file that goes away unless it was given another name.
struct Temporary {
  std::string path;
  ~Temporary() { ::unlink(path.c_str()); }
};

// Makes a whole file and calls `take_name(temporary path)`, which returns 0 or sets errno.
template <class TakeName>
Status place(const std::string& path, const SideIndexKey& key, const SideIndexFile* content,
             const TakeName& take_name) {
  // By chance, not by process: other machines may share the folder.
  std::random_device random;
  const Temporary temporary{fmt::format("{}.{:08x}{:08x}.tmp", path, random(), random())};
  HEADRACE_ASSIGN_OR_RETURN(const SideIndexFile file, SideIndexFile::create(temporary.path, key));
  if (content != nullptr) HEADRACE_RETURN_IF_ERROR(copy_entries(file, *content));
  if (take_name(temporary.path.c_str()) == 0) return {};
  return system_error(errno, fmt::format("cannot put in place {}", path));
}

Status place_new(const std::string& path, const SideIndexKey& key, const SideIndexFile* seed) {
  return place(path, key, seed, [&](const char* temporary) {
    // Not rename: of several processes that do this at once, the first one's file is everybody's.
    if (::link(temporary, path.c_str()) == 0 || errno == EEXIST) return 0;
    return ::rename(temporary, path.c_str());  // a file system without links
  });
}

// Replaces the file if it still is to be replaced once we hold its lock; fine if another process
// was quicker.
Status replace(const std::string& path, const SideIndexKey& key) {
  const FileDescriptor old(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!old.ok()) return errno == ENOENT ? Status() : system_error(errno, "cannot open " + path);
  const Result<FileLock> lock = FileLock::take(old.get(), kPatience);
  if (!lock.ok()) return lock.status().annotate(path);
  // Not `old`: that may have lost its name to a new one while we waited.
  const Result<SideIndexFile> file = SideIndexFile::open(path, key, /*writable=*/false);
  if (file.ok() ? !is_mostly_garbage(*file) : !is_stale(file.status())) return {};
  return place(path, key, file.ok() ? &*file : nullptr,
               [&](const char* temporary) { return ::rename(temporary, path.c_str()); });
}

}  // namespace

Result<SideIndexFile> open_or_place_side_index(const std::string& path, const SideIndexKey& key,
                                               const SideIndexFile* seed) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Result<SideIndexFile> file = SideIndexFile::open(path, key, /*writable=*/true);
    if (file.ok() && !is_mostly_garbage(*file)) return file;
    if (file.ok()) {
      // With its garbage it serves as well.
      if (!replace(path, key).ok()) return file;
    } else if (is_stale(file.status())) {
      HEADRACE_RETURN_IF_ERROR(replace(path, key));
    } else if (file.status().code() == StatusCode::kNotFound) {
      HEADRACE_RETURN_IF_ERROR(place_new(path, key, seed));
    } else {
      return file;
    }
  }
  return io_error("{}: replaced again and again by others", path);
}

}  // namespace headrace
