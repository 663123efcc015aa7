// Finds out what a DATA argument is.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "headrace/formats/image_folder.h"
#include "headrace/formats/path.h"
#include "headrace/formats/record_format.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/storage.h"

namespace headrace {
namespace {

// Every format there is: a new one is one more line.
constexpr std::array kFormats = {
    &kImageFolderFormat,
    &kTfRecordFormat,
};

using SourceResult = Result<std::unique_ptr<RecordSource>>;

// The format named by "PREFIX:" in front of `data`, which is taken off; nullptr for none.
const RecordFormat* take_prefix(std::string& data) {
  for (const RecordFormat* format : kFormats) {
    if (data.size() > format->prefix.size() && data.starts_with(format->prefix) &&
        data[format->prefix.size()] == ':') {
      data.erase(0, format->prefix.size() + 1);
      return format;
    }
  }
  return nullptr;
}

Status ambiguous(const std::string& data, const std::vector<const RecordFormat*>& formats) {
  std::vector<std::string> choices;
  for (const RecordFormat* format : formats)
    choices.push_back(fmt::format("\"{}:{}\"", format->prefix, data));
  return invalid_argument("{}: could be several data sets, name one: {}", data,
                          fmt::join(choices, " or "));
}

SourceResult open_folder(const Storage& storage, const std::string& folder,
                         const RecordFormat* format) {
  if (format != nullptr) return format->open_folder(storage, folder);
  HEADRACE_ASSIGN_OR_RETURN(const std::vector<Entry> entries, storage.list(folder));
  std::vector<const RecordFormat*> found;
  for (const RecordFormat* candidate : kFormats) {
    if (candidate->is_folder(storage, folder, entries)) found.push_back(candidate);
  }
  if (found.size() > 1) return ambiguous(folder, found);
  if (found.size() == 1) return found.front()->open_folder(storage, folder);
  const bool has_folders = std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.kind == EntryKind::kFolder || has_image_name(entry.name);
  });
  // Looks deeper, and knows what to say where there is nothing.
  if (has_folders) return open_image_folder(storage, folder);
  return not_found("{}: neither class folders with pictures nor record files (*.tfrecord) in it",
                   folder);
}

SourceResult open_files(const Storage& storage, const std::string& data,
                        const std::vector<std::string>& paths, const RecordFormat* format) {
  if (format == nullptr) {
    std::vector<const RecordFormat*> found;
    for (const RecordFormat* candidate : kFormats) {
      const auto has_name = [&](const std::string& path) {
        return candidate->has_name(base_name(path));
      };
      if (std::any_of(paths.begin(), paths.end(), has_name)) found.push_back(candidate);
    }
    if (found.size() > 1) return ambiguous(data, found);
    if (found.empty() && std::all_of(paths.begin(), paths.end(), has_image_name)) {
      return invalid_argument("{}: a picture is no data set; give the folder of the class folders",
                              data);
    }
    if (found.empty()) {
      return invalid_argument(
          "{}: not named like a record file (*.tfrecord); if it is one, say "
          "\"tfrecord:{}\"",
          data, data);
    }
    format = found.front();
  }
  if (format->open_files == nullptr)
    return invalid_argument("{}: a {} is wanted, this is a file", data, format->prefix);
  return format->open_files(storage, paths);
}

// What lies beside record files and matches the same patterns.
bool is_beside(std::string_view name) {
  return name.starts_with('.') || name.ends_with(".idx") || name.ends_with(".index") ||
         name.ends_with(".json");
}

// The record files among the paths that match a pattern: by their names, or, where the format was
// given, all that is no sidecar.
std::vector<std::string> files_matching(const Storage& storage,
                                        const std::vector<std::string>& paths,
                                        const RecordFormat* format) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    const std::string_view name = base_name(path);
    const Result<EntryKind> kind = storage.kind(path);
    if (kind.ok() && *kind != EntryKind::kFile) continue;
    const bool named =
        std::any_of(kFormats.begin(), kFormats.end(),
                    [&](const RecordFormat* known) { return known->has_name(name); });
    if (format == nullptr ? named : !is_beside(name)) files.push_back(path);
  }
  return files;
}

}  // namespace

SourceResult open_record_source(const std::string& data) {
  const Storage& storage = local_storage();
  std::string path = data;
  const RecordFormat* const format = take_prefix(path);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path.empty()) return invalid_argument("\"{}\" names no data", data);

  const Result<EntryKind> kind = storage.kind(path);
  if (kind.ok()) {
    switch (*kind) {
      case EntryKind::kFolder:
        return open_folder(storage, path, format);
      case EntryKind::kFile:
        return open_files(storage, path, {path}, format);
      case EntryKind::kOther:
        return invalid_argument("{}: neither a folder nor a file", path);
    }
  }
  if (kind.status().code() != StatusCode::kNotFound) return kind.status();
  if (path.find_first_of("*?[") == std::string::npos)
    return not_found("{}: no such file or folder", path);
  HEADRACE_ASSIGN_OR_RETURN(const std::vector<std::string> matches, storage.glob(path));
  if (matches.empty()) return not_found("{}: nothing matches", path);
  const std::vector<std::string> files = files_matching(storage, matches, format);
  if (files.empty()) return not_found("{}: no record file (*.tfrecord) matches", path);
  return open_files(storage, path, files, format);
}

}  // namespace headrace
