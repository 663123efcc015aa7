// What is known about the records of a data set, beside it: record number to a blob of some hundred
// bytes, in one file for millions of records. Read by decoding threads at full speed, grown while
// epochs run, shared by all processes that use the data set. What the blobs are is the caller's
// business. The file can be deleted at any time: it holds nothing that cannot be found out again.
//
//   auto index = open_side_index(source, "jpegidx", SideIndexMode::kReadWrite).value();
//   index->read(blob, record);                      // empty: nothing known
//   if (worth_keeping) index->add(record, better);  // seen by readers when its batch is written
//   index->flush();                                 // at the end of an epoch
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "headrace/base/bytes.h"
#include "headrace/base/mutex.h"
#include "headrace/base/status.h"
#include "headrace/formats/record_source.h"

namespace headrace {

class SideIndexFile;
class SideIndexBatch;

enum class SideIndexMode {
  kRead,       // never makes or changes a file
  kReadWrite,  // makes it where there is none, replaces one that does not fit; reads only where it
               // cannot write
};

// Threads: everything may be called from many threads. Other processes may have the same file open,
// in either mode.
class SideIndex {
 public:
  // Use open_side_index(). `adding` says why nothing can be added; ok where it can.
  SideIndex(SideIndexFile file, Status adding);
  // Writes what is left, as flush().
  ~SideIndex();
  SideIndex(const SideIndex&) = delete;
  SideIndex& operator=(const SideIndex&) = delete;

  // Fills `blob` with what is stored for `record`; empty where there is nothing, it is damaged, or
  // there is no such record. Takes no lock, and allocates only where the buffer's allocation is too
  // small (at most kMaxSideBlobBytes). Two system calls, about a microsecond with the file in the
  // page cache.
  void read(ByteBuffer& blob, int64_t record) const;

  // Stores a copy of `blob` for `record` in place of what is there. Blobs are collected and written
  // about a MiB at a time, by the thread that brings the last one; then read() finds them, in all
  // processes. A killed process loses those not yet written, and no others. Ignored: an empty blob,
  // one over kMaxSideBlobBytes, a record that is none, everything once adding() is an error.
  void add(int64_t record, ByteView blob);

  // Writes what was added. Returns adding().
  Status flush();

  // Ok while what is added is kept. Else the first error, after which this object only reads:
  // kInvalidArgument (opened with kRead), kResourceExhausted (disk full), kIoError (a place that
  // cannot be written, a process that does not give the lock back, a file that was removed or
  // replaced), kCorruptData (cut short). Nothing is wrong with what was written before.
  Status adding() const;

  // Records that have a blob, whoever wrote it; those that were added and not written do not count.
  // Goes through a table of 8 bytes a record. Damaged blobs count as long as they lie in the file.
  int64_t entries() const;

  int64_t records() const;          // of the data set
  const std::string& path() const;  // of the file

 private:
  void write_batch(size_t least_bytes);

  const std::unique_ptr<SideIndexFile> file_;
  std::atomic<bool> accepts_;

  // Two batches take turns, so that threads go on adding while one of them writes.
  mutable Mutex mutex_;
  Status adding_ HEADRACE_GUARDED_BY(mutex_);
  std::unique_ptr<SideIndexBatch> collected_ HEADRACE_GUARDED_BY(mutex_);
  Mutex writing_;  // taken before mutex_
  std::unique_ptr<SideIndexBatch> written_ HEADRACE_GUARDED_BY(writing_);
};

// Opens the side index of `source` for the `kind` of blobs ("jpegidx": 1 to 16 lower-case letters
// and digits): the file ".headrace-NAME.KIND" in the data set's home, or, where that cannot be
// written, one in cache_folder(), which begins with what the other one has. A file that belongs to
// other data (fingerprint, number of records), is of another version or is damaged is not used and,
// with kReadWrite, replaced; one that is mostly garbage is cleared of it.
//
// With kReadWrite, an index that can be read but not written is opened as well: see adding().
// Errors: kNotFound (no home; with kRead: no index), kIoError, kResourceExhausted (nowhere to write
// one), kInvalidArgument (`kind`).
Result<std::unique_ptr<SideIndex>> open_side_index(const RecordSource& source,
                                                   std::string_view kind, SideIndexMode mode);

}  // namespace headrace
