#include "headrace/formats/tfrecord_index.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace headrace {
namespace {

// Takes a decimal number and the `end` after it off the front of `text`; false where they are not
// there.
bool take_number(uint64_t& number, std::string_view& text, char end) {
  const char* const last = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || stop == last || *stop != end) return false;
  text.remove_prefix(static_cast<size_t>(stop - text.data()) + 1);
  return true;
}

}  // namespace

Result<TfRecordIndex> scan_tfrecord(const RandomAccessFile& file) {
  TfRecordIndex index;
  while (index.file_bytes() < file.size()) {
    HEADRACE_ASSIGN_OR_RETURN(const RecordSpan span,
                              read_tfrecord_header(file, index.file_bytes()));
    index.append(span.size);
  }
  return index;
}

std::string format_tfrecord_index(const TfRecordIndex& index) {
  std::string text;
  for (int64_t i = 0; i < index.size(); ++i) {
    const RecordSpan span = index.span(i);
    fmt::format_to(std::back_inserter(text), "{} {}\n", span.offset, span.size);
  }
  return text;
}

Result<TfRecordIndex> parse_tfrecord_index(std::string_view text, uint64_t file_bytes) {
  TfRecordIndex index;
  while (!text.empty()) {
    RecordSpan span;
    if (!take_number(span.offset, text, ' ') || !take_number(span.size, text, '\n'))
      return corrupt_data("line {} is not \"OFFSET SIZE\"", index.size() + 1);
    if (span.offset != index.file_bytes()) {
      return corrupt_data("line {} starts at {}, the record before ends at {}", index.size() + 1,
                          span.offset, index.file_bytes());
    }
    if (span.size < kTfRecordFrameBytes || span.size > file_bytes - span.offset) {
      return corrupt_data("line {}: no room for a record of {} bytes at {} of {}", index.size() + 1,
                          span.size, span.offset, file_bytes);
    }
    index.append(span.size);
  }
  if (index.file_bytes() != file_bytes) {
    return corrupt_data("covers {} bytes of a file of {}", index.file_bytes(), file_bytes);
  }
  return index;
}

std::string tfrecord_index_path(std::string_view path) {
  return std::string(path) + ".idx";
}

Status write_tfrecord_index(const Storage& storage, const std::string& index_path,
                            const TfRecordIndex& index) {
  HEADRACE_ASSIGN_OR_RETURN(const std::unique_ptr<FileWriter> writer, storage.create(index_path));
  HEADRACE_RETURN_IF_ERROR(writer->append(as_bytes(format_tfrecord_index(index))));
  return writer->commit();
}

}  // namespace headrace
