// Where the records of a TFRecord file begin, and the sidecar file that keeps it: DALI's index
// (tools/tfrecord2idx), one line "OFFSET SIZE\n" a record, both decimal and in bytes, the size with
// its frame.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord.h"

namespace headrace {

// The records of one file, in order and without gaps. 8 bytes a record.
//
// Threads: like std::vector.
class TfRecordIndex {
 public:
  int64_t size() const { return static_cast<int64_t>(ends_.size()); }
  RecordSpan span(int64_t i) const {  // 0 <= i < size()
    const auto at = static_cast<size_t>(i);
    const uint64_t begin = at == 0 ? 0 : ends_[at - 1];
    return {begin, ends_[at] - begin};
  }
  uint64_t file_bytes() const { return ends_.empty() ? 0 : ends_.back(); }

  // Adds the record after the last one; `size` is with its frame.
  void append(uint64_t size) { ends_.push_back(file_bytes() + size); }

 private:
  std::vector<uint64_t> ends_;
};

// Reads every header of a file. Errors: those of read_tfrecord_header, at the first bad record.
Result<TfRecordIndex> scan_tfrecord(const RandomAccessFile& file);

// The text of the sidecar.
std::string format_tfrecord_index(const TfRecordIndex& index);

// The index in the text of a sidecar of a file of `file_bytes` bytes. Errors: kCorruptData for a
// line that is not two numbers, and for records that do not follow one another from 0 to
// `file_bytes`: the sidecar is damaged or is another file's.
Result<TfRecordIndex> parse_tfrecord_index(std::string_view text, uint64_t file_bytes);

// "x.tfrecord" to "x.tfrecord.idx".
std::string tfrecord_index_path(std::string_view path);

Status write_tfrecord_index(const Storage& storage, const std::string& index_path,
                            const TfRecordIndex& index);

}  // namespace headrace
