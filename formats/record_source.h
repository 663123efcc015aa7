// A data set as numbered records: what every input format becomes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/base/bytes.h"
#include "headrace/base/status.h"

namespace headrace {

// One record, read into buffers that are kept from read to read.
struct Record {
  ByteBuffer image;        // the encoded picture, as stored
  int64_t label = 0;       // 0-based class index
  std::string class_name;  // "n01440764"; empty where the format does not say
  std::string filename;    // "n01440764/x.jpg", relative to the data set; empty where not stored
  // What some formats store beside the picture; the picture's own header is what counts.
  int width = 0;             // pixels; 0 where not stored
  int height = 0;            // pixels; 0 where not stored
  int channels = 0;          // 0 where not stored
  std::string image_format;  // "JPEG", "PNG" as TensorFlow's tools spell it; empty where not stored
  ByteBuffer jpeg_index;     // side index stored in the record beside the picture; empty where none
};

// No picture is larger, as it is stored: more is refused before memory is asked for.
inline constexpr uint64_t kMaxImageBytes = uint64_t{1} << 30;

// No Record::jpeg_index is larger, nor a blob of a side index (side_index.h).
inline constexpr uint64_t kMaxSideBlobBytes = (uint64_t{1} << 24) - 1;

// Where a record lies.
struct RecordPlace {
  std::string file;     // path of the picture, or of the shard
  int64_t offset = -1;  // byte of the shard where the record begins; -1: the file is the record
};

// Where files about a data set belong that are no part of it, such as its side index.
struct SideFileHome {
  static constexpr size_t kMaxNameBytes = 160;

  std::string folder;  // beside the data, on this machine's file system; empty: there is none
  std::string name;    // tells the data set from others in that folder; no '/' in it
};

// Threads: const methods may be called from many threads.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  virtual std::string_view format() const = 0;  // "folder", "tfrecord", "webdataset"
  // "original", "indexed" (records have a jpeg_index where one can be made), "resized", "raw";
  // "unknown" where nothing says.
  virtual std::string_view payload() const = 0;
  virtual int64_t size() const = 0;  // records

  // Names by class index; empty where the data set does not tell.
  virtual const std::vector<std::string>& class_names() const = 0;

  // What the records are and in which order, as a hash of their names, sizes and number (as far as
  // the format knows them without opening records), not of their bytes. The same for every open of
  // unchanged data, wherever it lies; another once files are added, removed or renamed, or record
  // files get other sizes. A few nanoseconds a record.
  virtual uint64_t fingerprint() const = 0;

  // Where side files of this data set belong.
  virtual SideFileHome side_file_home() const = 0;

  // Reads record `index` (0 <= index < size()) into `record`, all its fields, reusing its buffers;
  // after an error it is unspecified. Errors name the file, and for records the shard and offset:
  // kNotFound, kIoError, kCorruptData, kResourceExhausted (over kMaxImageBytes), kInvalidArgument
  // (no such index).
  virtual Status read(Record& record, int64_t index) const = 0;

  // Where record `index` is (0 <= index < size()).
  virtual RecordPlace place(int64_t index) const = 0;

  // The same as text: "train/n01440764/x.jpg" or "train-00003-of-00008.tfrecord @ 51200".
  std::string locate(int64_t index) const;
};

// Opens a DATA argument: a folder, a record file or a glob, with "folder:" or "tfrecord:" in front
// where guessing would not do. A folder that holds record files is a record data set, one that
// holds class folders is an image folder. Errors: kNotFound (no such thing, nothing in it, a shard
// of it is missing), kInvalidArgument (ambiguous: both kinds, or several sets of shards),
// kCorruptData (a bad shard, index or manifest).
Result<std::unique_ptr<RecordSource>> open_record_source(const std::string& data);

}  // namespace headrace
