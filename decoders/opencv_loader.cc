#include "headrace/decoders/opencv_loader.h"

#include <dlfcn.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace headrace {

std::vector<std::string> opencv_plugin_folders() {
  std::vector<std::string> folders;
  if (const char* variable = std::getenv("HEADRACE_PLUGIN_PATH")) {
    std::string_view rest = variable;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(':'), rest.size());
      if (end > 0) folders.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  if (!error) {
    for (const char* relative : {"../lib/headrace", "../lib", "."}) {
      folders.push_back((program / relative).lexically_normal().string());
    }
  }
  return folders;
}

Result<const HeadraceOpencvApi*> load_opencv_plugin(const std::vector<std::string>& folders,
                                                    const std::string& library) {
  std::string path = library;
  for (const std::string& folder : folders) {
    const auto candidate = std::filesystem::path(folder) / library;
    std::error_code error;
    if (!std::filesystem::exists(candidate, error)) continue;
    path = candidate.string();
    break;
  }
  // Never closed: OpenCV's libraries leave threads and exit handlers behind.
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return unsupported(
        "formats other than JPEG are read by {} and OpenCV (Debian's package "
        "libopencv-imgcodecs406), which cannot be loaded: {} (looked for in {}; "
        "HEADRACE_PLUGIN_PATH names further folders)",
        library, dlerror(), fmt::join(folders, ", "));
  }
  const auto function =
      reinterpret_cast<decltype(&headrace_opencv_api)>(dlsym(handle, HEADRACE_OPENCV_SYMBOL));
  const HeadraceOpencvApi* api = function == nullptr ? nullptr : function();
  if (api == nullptr || api->version != kHeadraceOpencvVersion) {
    return unsupported("{} is of another version of headrace", path);
  }
  return api;
}

const Result<const HeadraceOpencvApi*>& opencv_plugin() {
  static const Result<const HeadraceOpencvApi*> plugin =
      load_opencv_plugin(opencv_plugin_folders());
  return plugin;
}

}  // namespace headrace
