// Data sets with a side index, for the tests of those that read and make it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fake_source.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/index_maker.h"
#include "headrace/pipeline/index_use.h"
#include "jpeg_maker.h"
#include "temp_folder.h"

namespace headrace {

// `size` records whose side index is in `folder`.
inline std::shared_ptr<FakeSource> make_source(int64_t size, const TempFolder& folder) {
  const auto source = std::make_shared<FakeSource>(size);
  source->home = {folder.path(), "set"};
  return source;
}
inline const std::string kIndexName = ".headrace-set.jpegidx";

inline std::string make_picture(const JpegSpec& spec) {
  const std::vector<uint8_t> bytes = make_jpeg(spec);
  return {bytes.begin(), bytes.end()};
}

// The complete index of a picture; empty where it can have none.
inline std::string complete_index(const std::string& picture, int every = 0) {
  ImageDecoder decoder;
  ByteBuffer index;
  IndexMaker(decoder, every).make(index, as_bytes(picture));
  return std::string(as_text(index.view()));
}

// What the side index of `source` has for each record.
inline std::vector<std::string> stored_indexes(const RecordSource& source) {
  const auto index = open_side_index(source, kJpegIndexKind, SideIndexMode::kRead);
  std::vector<std::string> blobs(static_cast<size_t>(source.size()));
  ByteBuffer blob;
  for (int64_t i = 0; index.ok() && i < source.size(); ++i) {
    (*index)->read(blob, i);
    blobs[static_cast<size_t>(i)] = as_text(blob.view());
  }
  return blobs;
}

}  // namespace headrace
