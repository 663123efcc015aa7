// The file of a side index: its bytes (README.md has the layout), read and grown while other
// processes do the same. Used inside this room only; see side_index.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/formats/file_descriptor.h"
#include "headrace/formats/record_source.h"

namespace headrace {

// What a side index belongs to.
struct SideIndexKey {
  int64_t records = 0;
  uint64_t fingerprint = 0;
};

// Blobs as they lie in the heap, to be appended in one go.
//
// Threads: one at a time.
class SideIndexBatch {
 public:
  // `blob` has 1 to kMaxSideBlobBytes bytes.
  void add(int64_t record, ByteView blob);
  void clear();
  size_t size() const { return bytes_.size(); }  // bytes

 private:
  friend class SideIndexFile;
  struct Entry {
    int64_t record = 0;
    uint64_t offset = 0;  // in bytes_
    size_t blob_bytes = 0;
  };
  std::vector<uint8_t> bytes_;
  std::vector<Entry> entries_;
};

// Threads: const methods may be called from many threads and processes, append() from one thread
// of each: the lock on the file does not part threads, nor a child that was forked with the file
// open, which must not append.
class SideIndexFile {
 public:
  // Opens the file of `path` and checks its header. Errors: kNotFound; kCorruptData, kUnsupported:
  // a file that is no side index of this key, or is damaged: to be replaced; kIoError (a link, a
  // folder, a pipe; no permission).
  static Result<SideIndexFile> open(const std::string& path, const SideIndexKey& key,
                                    bool writable);

  // Makes an empty one, which must not be there yet. Errors: kNotFound (no such folder), kIoError,
  // kResourceExhausted (full disk, too many records).
  static Result<SideIndexFile> create(const std::string& path, const SideIndexKey& key);

  // Fills `blob` with what was published last for `record`; empty where there is nothing, or it is
  // not valid.
  void read(ByteBuffer& blob, int64_t record) const;

  // Appends the batch and publishes it, under the file's lock. Errors: kResourceExhausted (full
  // disk, over quota), kIoError (a file too large; no lock within seconds; the file was removed or
  // replaced: its readers go on), kCorruptData (truncated). Those of the batch that were published
  // before an error stay.
  Status append(const SideIndexBatch& batch) const;

  struct Usage {
    int64_t entries = 0;      // records with a blob
    uint64_t live_bytes = 0;  // of the heap, reached from the table
    uint64_t heap_bytes = 0;
  };
  // Goes through the table: 8 bytes a record.
  Result<Usage> usage() const;

  const std::string& path() const { return path_; }
  int64_t records() const { return key_.records; }

 private:
  SideIndexFile(std::string path, const SideIndexKey& key, FileDescriptor file)
      : path_(std::move(path)), key_(key), file_(std::move(file)) {}
  Status check_header() const;
  uint64_t heap_begin() const;
  Status cannot(std::string_view what) const;

  std::string path_;
  SideIndexKey key_;
  FileDescriptor file_;
};

}  // namespace headrace
