// Where bytes come from and go to. The local file system is the one storage today; others (S3,
// HTTP) are further implementations of the same three interfaces.
//
// Every error names the path it is about. Threads: const methods may be called from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"

namespace headrace {

// A file open for reading at any place.
class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;

  virtual const std::string& name() const = 0;  // the path it was opened with
  virtual uint64_t size() const = 0;            // bytes, when it was opened
  // Text that is another one once the file has been replaced or written to.
  virtual std::string version() const = 0;

  // Fills `out` with the bytes from `offset` on: all of it, or an error and `out` is unspecified.
  // Errors: kCorruptData where the file ends before, kIoError.
  virtual Status read_at(MutableByteView out, uint64_t offset) const = 0;
};

// A file being written. Nobody sees it before commit(); destroyed without, it leaves no trace. The
// first error stays: every later call returns it.
//
// Threads: one at a time.
class FileWriter {
 public:
  virtual ~FileWriter() = default;

  virtual const std::string& name() const = 0;  // the path it will have

  // Errors: kResourceExhausted (disk full, over quota), kIoError.
  virtual Status append(ByteView bytes) = 0;

  // Puts the file in place, all of it on the disk, instead of what had the name before. Call once.
  // Where it fails before the file is in place, what was there stays.
  virtual Status commit() = 0;
};

enum class EntryKind {
  kFile,  // also a link that leads nowhere: opening it says so
  kFolder,
  kOther,  // a pipe, a device, a socket: never opened
};

struct Entry {
  std::string name;  // without the folder
  EntryKind kind = EntryKind::kOther;
};

// Links are followed everywhere: a link to a folder is a folder.
class Storage {
 public:
  virtual ~Storage() = default;

  // What is at `path`. Errors: kNotFound, kIoError.
  virtual Result<EntryKind> kind(const std::string& path) const = 0;

  // What is in a folder, also hidden names, sorted by the names' bytes. Errors: kNotFound,
  // kIoError.
  virtual Result<std::vector<Entry>> list(const std::string& folder) const = 0;

  // Paths that match a shell pattern (glob(7)), sorted by their bytes; empty where there are none.
  virtual Result<std::vector<std::string>> glob(const std::string& pattern) const = 0;

  // The one absolute path, without links, of what `path` leads to. Errors: kNotFound, kIoError.
  virtual Result<std::string> canonical(const std::string& path) const = 0;

  // Errors: kNotFound, kIoError (also where it is no file: a folder called x.jpg, a pipe).
  virtual Result<std::unique_ptr<RandomAccessFile>> open(const std::string& path) const = 0;

  // Reads a whole file into `out`; in one go, as a request over a network would. Errors: as open()
  // and RandomAccessFile::read_at(), kResourceExhausted where it has more than `max_bytes`.
  virtual Status read_file(ByteBuffer& out, const std::string& path, uint64_t max_bytes) const = 0;

  // Starts a file in a folder that is there. A link stays, its target is replaced; a pipe or a
  // device is written to, byte by byte as they come. Errors: kNotFound (no such folder), kIoError
  // (a folder).
  virtual Result<std::unique_ptr<FileWriter>> create(const std::string& path) const = 0;

  // Makes a folder and those above it; fine where it is there. Errors: kIoError.
  virtual Status make_folders(const std::string& folder) const = 0;
};

// The local file system; lives for ever.
const Storage& local_storage();

}  // namespace headrace
