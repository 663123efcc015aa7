#include "headrace/formats/image_folder_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "headrace/formats/fingerprint.h"
#include "headrace/formats/image_folder.h"
#include "headrace/formats/path.h"

namespace headrace {
namespace {

bool is_hidden(std::string_view name) {
  return name.starts_with('.');
}

bool is_within(std::string_view path, std::string_view folder) {
  return path == folder || folder == "/" ||
         (path.starts_with(folder) && path[folder.size()] == '/');
}

struct FolderOfImages {
  std::string path;  // relative to the root
  std::vector<std::string> names;
};

// The folders of one class with their pictures, in torchvision's order.
Result<std::vector<FolderOfImages>> scan_class(const Storage& storage, const std::string& root,
                                               const std::string& class_name) {
  HEADRACE_ASSIGN_OR_RETURN(const std::string class_folder,
                            storage.canonical(join_path(root, class_name)));
  std::set<std::string> seen;
  std::vector<FolderOfImages> folders;
  folders.push_back({class_name, {}});
  // Grows as it goes, level by level, so that the shortest path to a folder comes first.
  for (size_t i = 0; i < folders.size(); ++i) {
    const std::string path = join_path(root, folders[i].path);
    HEADRACE_ASSIGN_OR_RETURN(std::string real, storage.canonical(path));
    if (i > 0 && is_within(class_folder, real)) continue;
    if (!seen.insert(std::move(real)).second) continue;
    HEADRACE_ASSIGN_OR_RETURN(std::vector<Entry> entries, storage.list(path));
    for (Entry& entry : entries) {
      if (is_hidden(entry.name)) continue;
      if (entry.kind == EntryKind::kFolder) {
        folders.push_back({join_path(folders[i].path, entry.name), {}});
      } else if (entry.kind == EntryKind::kFile && has_image_name(entry.name)) {
        folders[i].names.push_back(std::move(entry.name));
      }
    }
  }
  std::sort(folders.begin(), folders.end(),
            [](const FolderOfImages& a, const FolderOfImages& b) { return a.path < b.path; });
  return folders;
}

Result<std::vector<std::string>> find_classes(const Storage& storage, const std::string& root) {
  HEADRACE_ASSIGN_OR_RETURN(const std::vector<Entry> entries, storage.list(root));
  std::vector<std::string> names;
  int64_t images = 0;
  for (const Entry& entry : entries) {
    if (is_hidden(entry.name)) continue;
    if (entry.kind == EntryKind::kFolder) names.push_back(entry.name);
    if (entry.kind == EntryKind::kFile && has_image_name(entry.name)) ++images;
  }
  if (!names.empty()) return names;
  if (images > 0) {
    return not_found(
        "{}: {} pictures but no class folders; put each class's pictures into a folder "
        "of its own: {}/CLASS/x.jpg",
        root, images, root);
  }
  return not_found("{}: no class folders; expected {}/CLASS/x.jpg", root, root);
}

}  // namespace

const ImageList::Folder& ImageList::folder_of(int64_t i) const {
  const auto after =
      std::upper_bound(folders_.begin(), folders_.end(), i,
                       [](int64_t file, const Folder& folder) { return file < folder.first_file; });
  return *(after - 1);
}

void ImageList::append_path(std::string& path, int64_t i) const {
  const auto at = static_cast<size_t>(i);
  const uint64_t begin = at == 0 ? 0 : name_ends_[at - 1];
  path.append(folder_of(i).path).append(1, '/').append(names_, begin, name_ends_[at] - begin);
}

uint64_t ImageList::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.add("folder");
  for (const Folder& folder : folders_) {
    fingerprint.add(folder.path);
    fingerprint.add(static_cast<uint64_t>(folder.label));
    fingerprint.add(static_cast<uint64_t>(folder.first_file));
  }
  fingerprint.add(names_);
  for (const uint64_t end : name_ends_) fingerprint.add(end);
  return fingerprint.value();
}

void ImageList::shrink_to_fit() {
  folders_.shrink_to_fit();
  names_.shrink_to_fit();
  name_ends_.shrink_to_fit();
}

Result<ImageList> scan_image_folder(const Storage& storage, const std::string& root) {
  ImageList list;
  HEADRACE_ASSIGN_OR_RETURN(list.class_names, find_classes(storage, root));
  std::vector<std::string> empty;
  for (size_t label = 0; label < list.class_names.size(); ++label) {
    const int64_t before = list.size();
    HEADRACE_ASSIGN_OR_RETURN(const std::vector<FolderOfImages> folders,
                              scan_class(storage, root, list.class_names[label]));
    for (const FolderOfImages& folder : folders) {
      if (folder.names.empty()) continue;
      list.add_folder(folder.path, static_cast<int64_t>(label));
      for (const std::string& name : folder.names) list.add_file(name);
    }
    if (list.size() == before) empty.push_back(list.class_names[label]);
  }
  if (!empty.empty()) {
    const size_t count = empty.size();
    empty.resize(std::min<size_t>(count, 5));
    return not_found(
        "{}: {} of {} class folders without pictures ({}{}); looked for .jpg .jpeg .png "
        ".ppm .bmp .pgm .tif .tiff .webp; remove the folders or fill them",
        root, count, list.class_names.size(), fmt::join(empty, ", "),
        count > empty.size() ? ", ..." : "");
  }
  list.shrink_to_fit();
  return list;
}

}  // namespace headrace
