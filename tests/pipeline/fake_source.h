// A data set in memory whose reads can be slowed down or made to fail, and which can have a side
// index.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "headrace/formats/record_source.h"

namespace headrace {

// `size` records, which are the sign-digits validation pictures over and over. Record i has label i
// % 10.
class FakeSource final : public RecordSource {
 public:
  explicit FakeSource(int64_t size);

  std::string_view format() const override { return "fake"; }
  std::string_view payload() const override { return stored_payload; }
  int64_t size() const override { return size_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  uint64_t fingerprint() const override { return static_cast<uint64_t>(size_); }
  SideFileHome side_file_home() const override { return home; }
  Status read(Record& record, int64_t index) const override;
  const std::string& picture(int64_t index) const;  // its bytes
  RecordPlace place(int64_t index) const override {
    return {.file = "fake:" + std::to_string(index)};
  }

  // Set these before the loader starts.
  std::map<int64_t, std::string> bytes_of;  // records with other bytes
  std::map<int64_t, std::string> index_of;  // records that carry an index
  std::map<int64_t, Status> failures;       // records that cannot be read
  std::map<int64_t, std::chrono::milliseconds> delays;
  std::string stored_payload = "original";
  SideFileHome home;  // none: the data set has no side index

  mutable std::atomic<int> reads{0};
  mutable std::atomic<int> reading{0};       // at this moment
  mutable std::atomic<int> most_reading{0};  // ever

 private:
  int64_t size_;
  std::vector<std::string> class_names_;
};

}  // namespace headrace
