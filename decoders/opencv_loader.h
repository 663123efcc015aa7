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

// Loads the library from the first of `folders` that has it, or else from where the dynamic linker
// looks (RUNPATH, system). Errors, all kUnsupported: not found, naming the folders; found but
// OpenCV's libraries missing, naming file and Debian package; of another version.
Result<const HeadraceOpencvApi*> load_opencv_plugin(const std::vector<std::string>& folders);

// The same from opencv_plugin_folders(), tried once in the life of the process. The library stays
// loaded. Threads: any.
const Result<const HeadraceOpencvApi*>& opencv_plugin();

}  // namespace headrace
