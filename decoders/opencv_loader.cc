#include "headrace/decoders/opencv_loader.h"

#include <dlfcn.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace headrace {
namespace {

constexpr std::string_view kLibrary = "libheadrace_opencv.so";

Result<const HeadraceOpencvApi*> load(const std::string& path) {
  // Never closed: OpenCV's libraries leave threads and exit handlers behind.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return unsupported(
        "cannot load {} (it needs OpenCV, on Debian the package libopencv-imgcodecs406): {}", path,
        dlerror());
  }
  const auto function =
      reinterpret_cast<decltype(&headrace_opencv_api)>(dlsym(library, HEADRACE_OPENCV_SYMBOL));
  const HeadraceOpencvApi* api = function == nullptr ? nullptr : function();
  if (api == nullptr || api->version != kHeadraceOpencvVersion) {
    return unsupported("{} is of another version of headrace", path);
  }
  return api;
}

}  // namespace

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

Result<const HeadraceOpencvApi*> load_opencv_plugin(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    const auto path = std::filesystem::path(folder) / kLibrary;
    std::error_code error;
    if (std::filesystem::exists(path, error)) return load(path.string());
  }
  if (void* library = dlopen(kLibrary.data(), RTLD_NOW | RTLD_LOCAL); library != nullptr) {
    return load(std::string(kLibrary));
  }
  return unsupported(
      "{}, the part of headrace that reads formats other than JPEG, is not in {} "
      "(HEADRACE_PLUGIN_PATH names further folders)",
      kLibrary, fmt::join(folders, ", "));
}

const Result<const HeadraceOpencvApi*>& opencv_plugin() {
  static const Result<const HeadraceOpencvApi*> plugin =
      load_opencv_plugin(opencv_plugin_folders());
  return plugin;
}

}  // namespace headrace
