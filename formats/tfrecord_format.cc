// How a DATA argument becomes the shards of a TFRecord data set.
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "headrace/formats/manifest.h"
#include "headrace/formats/path.h"
#include "headrace/formats/record_format.h"
#include "headrace/formats/shard_name.h"
#include "headrace/formats/tfrecord_source.h"

namespace headrace {
namespace {

constexpr std::array<std::string_view, 3> kExtensions = {".tfrecord", ".tfrecords", ".tfrec"};

// *.tfrecord, *.tfrecords, *.tfrec, or without extension as TensorFlow's tools name shards.
bool has_tfrecord_name(std::string_view name) {
  if (name.empty() || name[0] == '.') return false;
  const auto ends_name = [&](std::string_view end) { return name.ends_with(end); };
  if (std::any_of(kExtensions.begin(), kExtensions.end(), ends_name)) return true;
  const std::optional<ShardName> shard = parse_shard_name(name);
  return shard && shard->extension.empty();
}

std::vector<std::string> record_files(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) {
    if (entry.kind == EntryKind::kFile && has_tfrecord_name(entry.name))
      names.push_back(entry.name);
  }
  return names;
}

bool holds_tfrecords(const Storage&, const std::string&, const std::vector<Entry>& entries) {
  return !record_files(entries).empty();
}

// The shards a manifest names, all of which must be there, and no others.
Result<std::vector<std::string>> shards_of(const Manifest& manifest,
                                           const std::vector<std::string>& found) {
  std::set<std::string> left(found.begin(), found.end());
  std::vector<std::string> names;
  for (const ManifestShard& shard : manifest.shards) {
    if (left.erase(shard.name) == 0)
      return not_found("{} is missing, {} names it", shard.name, Manifest::kFileName);
    names.push_back(shard.name);
  }
  if (!left.empty())
    return corrupt_data("{} is not named in {}", *left.begin(), Manifest::kFileName);
  return names;
}

Result<std::unique_ptr<RecordSource>> open_tfrecord_folder(const Storage& storage,
                                                           const std::string& folder) {
  HEADRACE_ASSIGN_OR_RETURN(const std::vector<Entry> entries, storage.list(folder));
  std::vector<std::string> names = record_files(entries);
  HEADRACE_ASSIGN_OR_RETURN(const std::optional<Manifest> manifest, read_manifest(storage, folder));
  if (manifest) {
    Result<std::vector<std::string>> shards = shards_of(*manifest, names);
    if (!shards.ok()) return shards.status().annotate(folder);
    names = std::move(*shards);
  } else {
    HEADRACE_RETURN_IF_ERROR(check_one_set(names).annotate(folder));
  }
  if (names.empty()) {
    return not_found(
        "{}: no record files (*.tfrecord, *.tfrecords, *.tfrec, NAME-00000-of-00001); "
        "others can be named by a pattern: \"tfrecord:{}\"",
        folder, join_path(folder, "*"));
  }
  std::vector<std::string> paths;
  for (const std::string& name : names) paths.push_back(join_path(folder, name));
  return open_tfrecord_source(storage, paths, manifest);
}

Result<std::unique_ptr<RecordSource>> open_tfrecord_files(const Storage& storage,
                                                          const std::vector<std::string>& paths) {
  const std::string folder = folder_of(paths.front());
  const bool one_folder = std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return folder_of(path) == folder;
  });
  if (!one_folder) return open_tfrecord_source(storage, paths);
  HEADRACE_ASSIGN_OR_RETURN(const std::optional<Manifest> manifest, read_manifest(storage, folder));
  return open_tfrecord_source(storage, paths, manifest);
}

}  // namespace

const RecordFormat kTfRecordFormat = {"tfrecord", has_tfrecord_name, holds_tfrecords,
                                      open_tfrecord_folder, open_tfrecord_files};

}  // namespace headrace
