// Class folders with pictures as records, the same records with the same numbers as torchvision's
// ImageFolder (torchvision/datasets/folder.py).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "headrace/base/status.h"
#include "headrace/formats/record_source.h"
#include "headrace/formats/storage.h"

namespace headrace {

// Whether torchvision would take a file of that name for a picture: .jpg, .jpeg, .png, .ppm, .bmp,
// .pgm, .tif, .tiff, .webp in upper or lower case. A hidden name (".x.jpg") is none here.
bool has_image_name(std::string_view name);

// Opens `root`: each folder in it is a class, numbered from 0 in the order of the names' bytes;
// every picture in or below it is a record of that class. Within a class, folders are in the order
// of the bytes of their whole paths ("c/a", "c/a-b", "c/a/x"), and each one's pictures in the order
// of their names.
//
// Unlike torchvision: hidden files and folders are ignored; a folder that links lead to more than
// once in a class is listed once, under its shortest path, and links to a folder above are ignored;
// a folder that cannot be listed is an error.
//
// Pictures are not opened before they are read. 8 bytes a picture and its name are kept in memory.
// Errors: kNotFound (no such folder, no class in it, a class without pictures: named), kIoError.
Result<std::unique_ptr<RecordSource>> open_image_folder(const Storage& storage,
                                                        const std::string& root);

}  // namespace headrace
