#include "headrace/formats/tfrecord_index_cache.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "headrace/formats/path.h"

namespace headrace {
namespace {

constexpr uint64_t kMaxIndexBytes = uint64_t{1} << 30;
constexpr uint64_t kLongestLine = 2 * 20 + 2;  // two 64-bit numbers, a space and a line feed

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// 64-bit FNV-1a (Fowler, Noll, Vo).
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3U;
  return hash;
}

// Names path and version, so that a replaced file does not meet the old one's index. Empty where
// there is no cache.
std::string cached_index_path(const Storage& storage, const RandomAccessFile& file) {
  const std::string folder = cache_folder();
  const Result<std::string> path = storage.canonical(file.name());
  if (folder.empty() || !path.ok()) return "";
  return join_path(folder, fmt::format("{:016x}.idx", hash_of(*path + '\n' + file.version())));
}

Result<TfRecordIndex> read_index(const Storage& storage, const std::string& index_path,
                                 const RandomAccessFile& file) {
  const uint64_t most_records = file.size() / kTfRecordFrameBytes;
  ByteBuffer text;
  HEADRACE_RETURN_IF_ERROR(storage.read_file(
      text, index_path, std::min(most_records, kMaxIndexBytes / kLongestLine) * kLongestLine));
  return parse_tfrecord_index(as_text(text.view()), file.size());
}

// A shard may have been replaced by one of the same size: the last record tells most of the time,
// for the price of one small read. Where it does not, reading a record finds that the lengths
// differ.
bool last_record_fits(const RandomAccessFile& file, const TfRecordIndex& index) {
  if (index.size() == 0) return true;
  const RecordSpan last = index.span(index.size() - 1);
  const Result<RecordSpan> found = read_tfrecord_header(file, last.offset);
  return found.ok() && *found == last;
}

}  // namespace

std::string cache_folder() {
  if (std::string folder = environment("HEADRACE_CACHE"); !folder.empty()) return folder;
  if (const std::string xdg = environment("XDG_CACHE_HOME"); !xdg.empty())
    return join_path(xdg, "headrace");
  if (const std::string home = environment("HOME"); !home.empty())
    return join_path(home, ".cache/headrace");
  return "";
}

Result<TfRecordIndex> open_tfrecord_index(const Storage& storage, const RandomAccessFile& file) {
  const std::string beside = tfrecord_index_path(file.name());
  const std::string cached = cached_index_path(storage, file);
  std::optional<TfRecordIndex> doubtful;
  for (const std::string& path : {beside, cached}) {
    if (path.empty()) continue;
    Result<TfRecordIndex> index = read_index(storage, path, file);
    if (!index.ok()) continue;
    if (last_record_fits(file, *index)) return index;
    doubtful = std::move(*index);
  }
  Result<TfRecordIndex> index = scan_tfrecord(file);
  if (!index.ok()) {
    // The file is damaged, so the doubt was about the file: what can be found of it is found.
    if (doubtful) return std::move(*doubtful);
    return index;
  }
  const bool kept = write_tfrecord_index(storage, beside, *index).ok();
  if (!kept && !cached.empty() && storage.make_folders(folder_of(cached)).ok()) {
    // Kept or not, the index is there for this run.
    static_cast<void>(write_tfrecord_index(storage, cached, *index));
  }
  return index;
}

}  // namespace headrace
