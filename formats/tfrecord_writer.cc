#include "headrace/formats/tfrecord_writer.h"

#include "headrace/formats/crc32c.h"
#include "headrace/formats/path.h"
#include "headrace/formats/tfrecord.h"

namespace headrace {

Result<TfRecordWriter> TfRecordWriter::create(const Storage& storage, const std::string& path) {
  HEADRACE_ASSIGN_OR_RETURN(std::unique_ptr<FileWriter> file, storage.create(path));
  return TfRecordWriter(storage, std::move(file));
}

Status TfRecordWriter::append(ByteView data) {
  HEADRACE_ASSIGN_OR_RETURN(const TfRecordFrame frame, frame_tfrecord(data));
  for (const ByteView part : {ByteView(frame.header), data, ByteView(frame.footer)}) {
    HEADRACE_RETURN_IF_ERROR(file_->append(part));
    crc32c_ = crc32c(part, crc32c_);
  }
  index_.append(data.size() + kTfRecordFrameBytes);
  return {};
}

Result<ManifestShard> TfRecordWriter::commit() {
  const std::string& path = file_->name();
  HEADRACE_RETURN_IF_ERROR(file_->commit());
  HEADRACE_RETURN_IF_ERROR(write_tfrecord_index(*storage_, tfrecord_index_path(path), index_));
  return ManifestShard{std::string(base_name(path)), records(), bytes(), crc32c_};
}

}  // namespace headrace
