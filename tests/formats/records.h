// Records and record files for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "headrace/formats/example.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord_writer.h"

namespace headrace {

inline Record make_record(std::string_view image, int64_t label, std::string class_name = "",
                          std::string filename = "") {
  Record record;
  record.image.resize(image.size());
  std::copy(image.begin(), image.end(), record.image.data());
  record.label = label;
  record.class_name = std::move(class_name);
  record.filename = std::move(filename);
  return record;
}

inline ManifestShard write_shard(const std::string& path, const std::vector<Record>& records) {
  TfRecordWriter writer = TfRecordWriter::create(local_storage(), path).value();
  ByteBuffer bytes;
  for (const Record& record : records) {
    EXPECT_TRUE(encode_example(bytes, record).ok());
    EXPECT_TRUE(writer.append(bytes.view()).ok());
  }
  return writer.commit().value();
}

// A shard of `count` records: images "image <first>", "image <first + 1>", ... with labels 0, 1, 2,
// 0.
inline ManifestShard write_numbered_shard(const std::string& path, int first, int count) {
  std::vector<Record> records;
  for (int i = first; i < first + count; ++i)
    records.push_back(make_record("image " + std::to_string(i), i % 3));
  return write_shard(path, records);
}

}  // namespace headrace
