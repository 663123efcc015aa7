// Where the side index of a data set is, or can be.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "headrace/formats/fingerprint.h"
#include "headrace/formats/path.h"
#include "headrace/formats/side_index.h"
#include "headrace/formats/side_index_file.h"
#include "headrace/formats/side_index_place.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord_index_cache.h"

namespace headrace {
namespace {

constexpr size_t kMaxKindBytes = 16;

Status check_kind(std::string_view kind) {
  const auto is_good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (!kind.empty() && kind.size() <= kMaxKindBytes &&
      std::all_of(kind.begin(), kind.end(), is_good)) {
    return {};
  }
  return invalid_argument("\"{}\" is no kind of side index", kind);
}

// Named by the place of the data. Empty where there is no cache.
std::string cached_path(const SideFileHome& home, std::string_view kind) {
  const std::string folder = cache_folder();
  const Result<std::string> real = local_storage().canonical(home.folder);
  if (folder.empty() || !real.ok()) return "";
  Fingerprint place;
  place.add(*real);
  place.add(home.name);
  return join_path(folder, fmt::format("{:016x}.{}", place.value(), kind));
}

int64_t entries_of(const SideIndexFile& file) {
  const Result<SideIndexFile::Usage> usage = file.usage();
  return usage.ok() ? usage->entries : 0;
}

std::optional<SideIndexFile> open_to_read(const std::string& path, const SideIndexKey& key) {
  Result<SideIndexFile> file = SideIndexFile::open(path, key, /*writable=*/false);
  if (!file.ok()) return std::nullopt;
  return std::move(*file);
}

std::unique_ptr<SideIndex> make_index(SideIndexFile file, Status adding = {}) {
  return std::make_unique<SideIndex>(std::move(file), std::move(adding));
}

Result<SideIndexFile> open_in_cache(const std::string& cached, const SideIndexKey& key,
                                    const SideIndexFile* seed) {
  if (cached.empty()) return not_found("no cache folder (HEADRACE_CACHE)");
  HEADRACE_RETURN_IF_ERROR(local_storage().make_folders(folder_of(cached)));
  return open_or_place_side_index(cached, key, seed);
}

// The one that has more, where both are there: one in the cache began with what was beside the data
// then.
Result<std::unique_ptr<SideIndex>> open_either(std::optional<SideIndexFile> beside,
                                               const std::string& cached, const SideIndexKey& key,
                                               Status adding, const Status& otherwise) {
  std::optional<SideIndexFile> other;
  if (!cached.empty()) other = open_to_read(cached, key);
  if (!beside || (other && entries_of(*other) > entries_of(*beside))) beside = std::move(other);
  if (!beside) return otherwise;
  return make_index(std::move(*beside), std::move(adding));
}

}  // namespace

Result<std::unique_ptr<SideIndex>> open_side_index(const RecordSource& source,
                                                   std::string_view kind, SideIndexMode mode) {
  HEADRACE_RETURN_IF_ERROR(check_kind(kind));
  const SideFileHome home = source.side_file_home();
  if (home.folder.empty()) return not_found("a data set that has no place for a side index");
  const std::string path = join_path(home.folder, fmt::format(".headrace-{}.{}", home.name, kind));
  const std::string cached = cached_path(home, kind);
  const SideIndexKey key{source.size(), source.fingerprint()};

  if (mode == SideIndexMode::kRead) {
    return open_either(open_to_read(path, key), cached, key,
                       invalid_argument("{}: opened for reading only", path),
                       not_found("{}: no side index", path));
  }
  Result<SideIndexFile> writable = open_or_place_side_index(path, key, nullptr);
  if (writable.ok()) return make_index(std::move(*writable));
  std::optional<SideIndexFile> beside = open_to_read(path, key);
  if (beside && entries_of(*beside) == key.records)  // nothing to add, so no copy either
    return make_index(std::move(*beside), writable.status());
  Result<SideIndexFile> in_cache = open_in_cache(cached, key, beside ? &*beside : nullptr);
  if (in_cache.ok()) return make_index(std::move(*in_cache));
  return open_either(std::move(beside), cached, key, writable.status(),
                     writable.status().annotate("nowhere to keep a side index"));
}

}  // namespace headrace
