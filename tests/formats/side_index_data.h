// A data set that has nothing but an identity, and blobs to store for its records.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "headrace/formats/record_source.h"
#include "headrace/formats/side_index.h"

namespace headrace {

class NamedSource final : public RecordSource {
 public:
  NamedSource(std::string folder, int64_t size, uint64_t fingerprint = 7)
      : home_{std::move(folder), "set"}, size_(size), fingerprint_(fingerprint) {}

  std::string_view format() const override { return "fake"; }
  std::string_view payload() const override { return "original"; }
  int64_t size() const override { return size_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  uint64_t fingerprint() const override { return fingerprint_; }
  SideFileHome side_file_home() const override { return home_; }
  Status read(Record&, int64_t) const override { return not_found("nothing in it"); }
  RecordPlace place(int64_t index) const override { return {.file = std::to_string(index)}; }

 private:
  SideFileHome home_;
  int64_t size_;
  uint64_t fingerprint_;
  std::vector<std::string> class_names_;
};

// The blob of `record` as of `edition`: tells both, and has a length that depends on them.
inline std::string make_blob(int64_t record, int edition = 0) {
  std::string blob = std::to_string(record) + "/" + std::to_string(edition) + ":";
  const auto length = static_cast<size_t>(1 + (record * 37 + edition * 11) % 300);
  return blob + std::string(length, static_cast<char>('a' + (record + edition) % 26));
}

inline int edition_of(const std::string& blob) {
  return std::stoi(blob.substr(blob.find('/') + 1));
}

inline std::string read_blob(const SideIndex& index, int64_t record) {
  ByteBuffer blob;
  index.read(blob, record);
  return std::string(as_text(blob.view()));
}

inline std::unique_ptr<SideIndex> open_index(const RecordSource& source,
                                             SideIndexMode mode = SideIndexMode::kReadWrite) {
  return open_side_index(source, "test", mode).value();
}

inline void add_blob(SideIndex& index, int64_t record, int edition = 0) {
  index.add(record, as_bytes(make_blob(record, edition)));
}

// For the rest of the test this process may not do what permissions forbid, even if it is root's.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    if (!was_root_) return;
    EXPECT_EQ(::seteuid(65534), 0);
  }
  ~WithoutPrivileges() {
    if (!was_root_) return;
    EXPECT_EQ(::seteuid(0), 0);
  }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  const bool was_root_ = ::geteuid() == 0;
};

}  // namespace headrace
