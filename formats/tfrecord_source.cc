#include "headrace/formats/tfrecord_source.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <unordered_map>
#include <utility>

#include "headrace/formats/example.h"
#include "headrace/formats/fingerprint.h"
#include "headrace/formats/path.h"
#include "headrace/formats/side_file_home.h"
#include "headrace/formats/tfrecord_index_cache.h"

namespace headrace {
namespace {

// A file descriptor's worth of the half that all sources of this process may keep; false for none
// left.
class Descriptor {
 public:
  static Descriptor take() {
    rlimit limit{};
    const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    Descriptor descriptor;
    descriptor.taken_ = true;
    if (!known || taken_of_all.fetch_add(1) >= limit.rlim_cur / 2) descriptor.give_back();
    return descriptor;
  }
  Descriptor() = default;
  Descriptor(Descriptor&& other) noexcept : taken_(std::exchange(other.taken_, false)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~Descriptor() { give_back(); }
  explicit operator bool() const { return taken_; }

 private:
  void give_back() {
    if (std::exchange(taken_, false)) taken_of_all.fetch_sub(1);
  }
  inline static std::atomic<uint64_t> taken_of_all{0};
  bool taken_ = false;
};

struct Shard {
  std::string path;
  int64_t first_record = 0;  // id of the shard's first record
  TfRecordIndex index;
  Descriptor descriptor;
  std::unique_ptr<RandomAccessFile> file;  // nullptr where it is not kept open
};

class TfRecordSource final : public RecordSource {
 public:
  TfRecordSource(const Storage& storage, std::vector<Shard> shards, int64_t size,
                 const std::optional<Manifest>& manifest, const TfRecordOptions& options)
      : storage_(storage),
        shards_(std::move(shards)),
        size_(size),
        payload_(manifest ? manifest->payload : "unknown"),
        class_names_(manifest ? manifest->class_names : std::vector<std::string>()),
        options_(options) {}

  std::string_view format() const override { return "tfrecord"; }
  std::string_view payload() const override { return payload_; }
  int64_t size() const override { return size_; }
  const std::vector<std::string>& class_names() const override { return class_names_; }

  uint64_t fingerprint() const override {
    Fingerprint fingerprint;
    fingerprint.add("tfrecord");
    for (const Shard& shard : shards_) {
      fingerprint.add(base_name(shard.path));
      fingerprint.add(static_cast<uint64_t>(shard.index.size()));
      for (int64_t i = 0; i < shard.index.size(); ++i) fingerprint.add(shard.index.span(i).size);
    }
    return fingerprint.value();
  }

  SideFileHome side_file_home() const override {
    std::vector<std::string> paths;
    for (const Shard& shard : shards_) paths.push_back(shard.path);
    return home_of_files(paths);
  }

  Status read(Record& record, int64_t index) const override {
    if (index < 0 || index >= size_) return invalid_argument("record {} of {}", index, size_);
    const Shard& shard = shard_of(index);
    const RecordSpan span = shard.index.span(index - shard.first_record);
    const RandomAccessFile* file = shard.file.get();
    std::unique_ptr<RandomAccessFile> opened;
    if (file == nullptr) {
      HEADRACE_ASSIGN_OR_RETURN(opened, storage_.open(shard.path));
      file = opened.get();
    }
    // The image's own buffer serves for the whole record: it is not smaller, and holds nothing yet.
    HEADRACE_ASSIGN_OR_RETURN(const ByteView data,
                              read_tfrecord(record.image, *file, span, options_.check));
    const Status status = decode(record, data);
    return status.ok() ? status : status.annotate(locate(index));
  }

  RecordPlace place(int64_t index) const override {
    const Shard& shard = shard_of(index);
    return {.file = shard.path,
            .offset = static_cast<int64_t>(shard.index.span(index - shard.first_record).offset)};
  }

 private:
  const Shard& shard_of(int64_t index) const {
    // The last that does not start after it; empty shards start where the next one does.
    const auto after =
        std::upper_bound(shards_.begin(), shards_.end(), index,
                         [](int64_t id, const Shard& shard) { return id < shard.first_record; });
    return *(after - 1);
  }

  Status decode(Record& record, ByteView data) const {
    HEADRACE_RETURN_IF_ERROR(decode_example(record, data, options_.first_label));
    if (class_names_.empty()) return {};
    const auto label = static_cast<uint64_t>(record.label);
    if (label >= class_names_.size())
      return corrupt_data("label {} of {} classes", label, class_names_.size());
    if (record.class_name.empty()) record.class_name = class_names_[label];
    return {};
  }

  const Storage& storage_;
  const std::vector<Shard> shards_;
  const int64_t size_;
  const std::string payload_;
  const std::vector<std::string> class_names_;
  const TfRecordOptions options_;
};

using ManifestShards = std::unordered_map<std::string_view, const ManifestShard*>;

Status check_shard(const RandomAccessFile& file, const ManifestShards& shards) {
  const auto found = shards.find(base_name(file.name()));
  if (found == shards.end())
    return corrupt_data("{}: not named in {}", file.name(), Manifest::kFileName);
  if (found->second->bytes != file.size()) {
    return corrupt_data("{}: has {} bytes, {} says {}", file.name(), file.size(),
                        Manifest::kFileName, found->second->bytes);
  }
  return {};
}

Status check_record_count(const Shard& shard, const ManifestShards& shards) {
  const int64_t expected = shards.at(base_name(shard.path))->records;
  if (expected == shard.index.size()) return {};
  return corrupt_data("{}: has {} records, {} says {}", shard.path, shard.index.size(),
                      Manifest::kFileName, expected);
}

}  // namespace

Result<std::unique_ptr<RecordSource>> open_tfrecord_source(const Storage& storage,
                                                           const std::vector<std::string>& paths,
                                                           const std::optional<Manifest>& manifest,
                                                           const TfRecordOptions& options) {
  if (paths.empty()) return invalid_argument("no record file given");
  if (options.first_label < 0) return invalid_argument("first_label is {}", options.first_label);
  if (manifest && manifest->format != "tfrecord") {
    return corrupt_data("{}: {} describes a data set of format \"{}\"", folder_of(paths.front()),
                        Manifest::kFileName, manifest->format);
  }
  ManifestShards expected;
  if (manifest) {
    for (const ManifestShard& shard : manifest->shards) expected.emplace(shard.name, &shard);
  }
  std::vector<Shard> shards;
  int64_t size = 0;
  for (const std::string& path : paths) {
    Shard shard;
    shard.path = path;
    shard.first_record = size;
    HEADRACE_ASSIGN_OR_RETURN(shard.file, storage.open(path));
    if (manifest) HEADRACE_RETURN_IF_ERROR(check_shard(*shard.file, expected));
    HEADRACE_ASSIGN_OR_RETURN(shard.index, open_tfrecord_index(storage, *shard.file));
    if (manifest) HEADRACE_RETURN_IF_ERROR(check_record_count(shard, expected));
    shard.descriptor = Descriptor::take();
    if (!shard.descriptor) shard.file.reset();
    size += shard.index.size();
    shards.push_back(std::move(shard));
  }
  if (size == 0) return not_found("{}: no record in it", paths.front());
  return std::unique_ptr<RecordSource>(
      std::make_unique<TfRecordSource>(storage, std::move(shards), size, manifest, options));
}

}  // namespace headrace
