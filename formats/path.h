// The three things done to paths here. A path is text with '/' between its parts, as the storage
// takes it.
#pragma once

#include <string>
#include <string_view>

namespace headrace {

// "a", "b" to "a/b"; "a/", "b" too.
inline std::string join_path(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/') path += '/';
  return path += name;
}

// "a/b" to "b".
inline std::string_view base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// "a/b" to "a", "b" to ".", "/b" to "/".
inline std::string folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

}  // namespace headrace
