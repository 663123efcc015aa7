// The pictures of a benchmark in memory, with what a loader would do to each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "headrace/augment/transform.h"
#include "headrace/base/bytes.h"
#include "headrace/base/status.h"
#include "headrace/formats/record_source.h"

namespace headrace {

struct BenchPicture {
  std::string name;    // as RecordSource::locate()
  int64_t record = 0;  // in the data set
  std::vector<uint8_t> bytes;
  int width = 0;
  int height = 0;
  RandomKey key;
  Region region;            // to decode for `key`
  ByteBuffer row_index;     // empty where our own decoder does not take the picture
  ByteBuffer every8_index;  // likewise
};

// Threads: one at a time.
struct PictureSet {
  std::string title;
  // Where to read the pictures from; null: they have no files, and are copied from memory.
  std::unique_ptr<RecordSource> source;
  std::vector<BenchPicture> pictures;
  std::string left_out;  // "2 not JPEG, 1 CMYK"; empty where none are

  // Fills record.image as a loader's read does.
  Status read(Record& record, const BenchPicture& picture) const;
  double mean_bytes() const;
  double mean_megapixels() const;
};

// Opens DATA and takes `limit` pictures spread over it, or all where it is 0; what cannot be
// compared with libjpeg's RGB is left out. Errors: those of open_record_source() and of reading,
// and kNotFound where no picture is left.
Result<PictureSet> open_pictures(const std::string& data, int64_t limit,
                                 const Transform& transform);

// The same pictures, decoded and encoded anew by libjpeg with 4:2:0 and standard tables.
PictureSet reencode(const PictureSet& set, int quality);

}  // namespace headrace
