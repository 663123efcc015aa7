// Writes one TFRecord file and its index.
//
//   auto writer = TfRecordWriter::create(local_storage(), "out/train-00000-of-00008.tfrecord");
//   for (...) { encode_example(bytes, record); writer->append(bytes.view()); }
//   ManifestShard shard = writer->commit();
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/formats/manifest.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord_index.h"

namespace headrace {

// Nothing is to be seen of the file before commit(); destroyed without, it leaves no trace.
//
// Threads: one at a time.
class TfRecordWriter {
 public:
  // Errors: those of Storage::create().
  static Result<TfRecordWriter> create(const Storage& storage, const std::string& path);

  // Errors: kResourceExhausted (over kMaxTfRecordBytes: not written), those of
  // FileWriter::append().
  Status append(ByteView data);

  int64_t records() const { return index_.size(); }
  uint64_t bytes() const { return index_.file_bytes(); }

  // Puts the file in place, then its index beside it (a file without one is whole, an index without
  // its file is not), and says what was written. Call once.
  Result<ManifestShard> commit();

 private:
  TfRecordWriter(const Storage& storage, std::unique_ptr<FileWriter> file)
      : storage_(&storage), file_(std::move(file)) {}

  const Storage* storage_;
  std::unique_ptr<FileWriter> file_;
  TfRecordIndex index_;
  uint32_t crc32c_ = 0;  // of the file so far
};

}  // namespace headrace
