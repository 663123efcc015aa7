// Finds libheadrace_opencv.so, the part of headrace that hangs on OpenCV, when it is needed.
#pragma once

#include <string>
#include <vector>

#include "headrace/base/status.h"
#include "headrace/decoders/opencv/plugin_api.h"

namespace headrace {

// Folders that may hold it: those of the environment variable HEADRACE_PLUGIN_PATH (colons between
// them), then, seen from the running program's folder, ../lib/headrace, ../lib and the folder
// itself.
std::vector<std::string> opencv_plugin_folders();

inline constexpr const char* kOpencvPlugin = "libheadrace_opencv.so";

// Loads `library` from the first of `folders` that has it, or else from where the dynamic linker
// looks (RUNPATH, system). Errors: kUnsupported, naming the file, the linker's reason, the folders
// and the Debian package that OpenCV comes in; or that it is of another version of headrace.
Result<const HeadraceOpencvApi*> load_opencv_plugin(const std::vector<std::string>& folders,
                                                    const std::string& library = kOpencvPlugin);

// The same from opencv_plugin_folders(), tried once in the life of the process. The library stays
// loaded. Threads: any.
const Result<const HeadraceOpencvApi*>& opencv_plugin();

}  // namespace headrace
