#include "headrace/formats/image_folder.h"

#include <algorithm>
#include <array>

#include "headrace/formats/image_folder_scan.h"
#include "headrace/formats/path.h"
#include "headrace/formats/record_format.h"

namespace headrace {
namespace {

constexpr std::array<std::string_view, 9> kExtensions = {".jpg", ".jpeg", ".png",  ".ppm", ".bmp",
                                                         ".pgm", ".tif",  ".tiff", ".webp"};

bool ends_with_ignoring_case(std::string_view name, std::string_view lower_end) {
  if (name.size() < lower_end.size()) return false;
  name.remove_prefix(name.size() - lower_end.size());
  const auto same = [](char a, char lower) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == lower;
  };
  return std::equal(name.begin(), name.end(), lower_end.begin(), same);
}

class ImageFolder final : public RecordSource {
 public:
  ImageFolder(const Storage& storage, const std::string& root, ImageList images)
      : storage_(storage), prefix_(join_path(root, "")), images_(std::move(images)) {}

  std::string_view format() const override { return "folder"; }
  std::string_view payload() const override { return "original"; }
  int64_t size() const override { return images_.size(); }
  const std::vector<std::string>& class_names() const override { return images_.class_names; }

  uint64_t fingerprint() const override { return images_.fingerprint(); }
  SideFileHome side_file_home() const override { return {prefix_, "images"}; }

  Status read(Record& record, int64_t index) const override {
    if (index < 0 || index >= size()) return invalid_argument("record {} of {}", index, size());
    // The path is built where part of it will stay, so that nothing is allocated in the long run.
    std::string& path = record.filename;
    path = prefix_;
    images_.append_path(path, index);
    HEADRACE_RETURN_IF_ERROR(storage_.read_file(record.image, path, kMaxImageBytes));
    if (record.image.size() == 0) return corrupt_data("{}: an empty file", path);
    path.erase(0, prefix_.size());
    record.label = images_.label(index);
    record.class_name = images_.class_names[static_cast<size_t>(record.label)];
    record.width = record.height = record.channels = 0;
    record.image_format.clear();
    record.jpeg_index.resize(0);
    return {};
  }

  RecordPlace place(int64_t index) const override {
    RecordPlace place{.file = prefix_};
    images_.append_path(place.file, index);
    return place;
  }

 private:
  const Storage& storage_;
  const std::string prefix_;  // the root and a slash
  const ImageList images_;
};

bool is_no_file(std::string_view) {
  return false;
}

// Some visible folder in it holds a picture.
bool holds_class_folders(const Storage& storage, const std::string& folder,
                         const std::vector<Entry>& entries) {
  const auto is_image = [](const Entry& entry) {
    return entry.kind == EntryKind::kFile && has_image_name(entry.name);
  };
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    if (entry.kind != EntryKind::kFolder || entry.name.starts_with('.')) return false;
    const Result<std::vector<Entry>> inside = storage.list(join_path(folder, entry.name));
    return inside.ok() && std::any_of(inside->begin(), inside->end(), is_image);
  });
}

}  // namespace

bool has_image_name(std::string_view name) {
  return !name.starts_with('.') &&
         std::any_of(kExtensions.begin(), kExtensions.end(), [&](std::string_view extension) {
           return ends_with_ignoring_case(name, extension);
         });
}

Result<std::unique_ptr<RecordSource>> open_image_folder(const Storage& storage,
                                                        const std::string& root) {
  HEADRACE_ASSIGN_OR_RETURN(ImageList images, scan_image_folder(storage, root));
  return std::unique_ptr<RecordSource>(
      std::make_unique<ImageFolder>(storage, root, std::move(images)));
}

const RecordFormat kImageFolderFormat = {"folder", is_no_file, holds_class_folders,
                                         open_image_folder, nullptr};

}  // namespace headrace
