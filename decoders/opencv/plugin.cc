// libheadrace_opencv.so: OpenCV's imgcodecs behind plugin_api.h. The only file that sees OpenCV.
//
// imdecode() says that it failed, not why; the reason comes from the error handlers set here.
// OpenCV 4.6 still writes a line to stderr itself for a damaged BMP, TIFF or PNM, which nothing
// outside of it can prevent.
#include <cstdio>
#include <exception>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "headrace/decoders/opencv/plugin_api.h"
#include "headrace/decoders/opencv/png_messages.h"

namespace {

using headrace::decode_error;
using headrace::kDecodeErrorSize;

// Called by cv::error before it throws; in its place OpenCV would print.
int note_error(int, const char*, const char* text, const char*, int, void*) {
  std::snprintf(decode_error(), kDecodeErrorSize, "%s", text);
  return 0;
}

void configure_once() {
  static const bool configured = [] {
    cv::setNumThreads(0);  // the callers are the threads
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    cv::redirectError(note_error);
    return true;
  }();
  static_cast<void>(configured);
}

void copy_region(const HeadraceOpencvRequest& request, const cv::Mat& bgr) {
  for (int y = 0; y < request.region_height; ++y) {
    const uint8_t* in = bgr.ptr(request.region_y + y) + 3 * size_t(request.region_x);
    uint8_t* out = request.rgb + size_t(y) * request.stride;
    for (int x = 0; x < request.region_width; ++x, in += 3, out += 3) {
      out[0] = in[2];
      out[1] = in[1];
      out[2] = in[0];
    }
  }
}

int decode(const HeadraceOpencvRequest* request, char* error, size_t error_size) {
  try {
    configure_once();
    decode_error()[0] = 0;
    if (request->size > 0x7FFFFFFF) {
      std::snprintf(error, error_size, "OpenCV reads files of up to 2 GiB");
      return kHeadraceOpencvNoMemory;
    }
    // OpenCV has no const view of bytes; imdecode does not write to them.
    const cv::Mat bytes(1, static_cast<int>(request->size), CV_8U,
                        const_cast<uint8_t*>(request->bytes));
    const cv::Mat bgr = cv::imdecode(bytes, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    if (bgr.empty()) {
      const char* reason = decode_error();
      std::snprintf(error, error_size, "%s", reason[0] != 0 ? reason : "damaged, or cut off");
      return kHeadraceOpencvCorrupt;
    }
    if (bgr.type() != CV_8UC3 || bgr.cols != request->width || bgr.rows != request->height) {
      std::snprintf(error, error_size, "%d x %d pixels where its header says %d x %d", bgr.cols,
                    bgr.rows, request->width, request->height);
      return kHeadraceOpencvCorrupt;
    }
    copy_region(*request, bgr);
    return kHeadraceOpencvDecoded;
  } catch (const std::bad_alloc&) {
    std::snprintf(error, error_size, "out of memory");
    return kHeadraceOpencvNoMemory;
  } catch (const cv::Exception& e) {
    std::snprintf(error, error_size, "%s", e.err.c_str());
    return e.code == cv::Error::StsNoMem ? kHeadraceOpencvNoMemory : kHeadraceOpencvCorrupt;
  } catch (const std::exception& e) {
    std::snprintf(error, error_size, "%s", e.what());
    return kHeadraceOpencvCorrupt;
  } catch (...) {
    std::snprintf(error, error_size, "unknown exception in OpenCV");
    return kHeadraceOpencvCorrupt;
  }
}

}  // namespace

extern "C" const HeadraceOpencvApi* headrace_opencv_api(void) {
  static const HeadraceOpencvApi api{kHeadraceOpencvVersion, decode};
  return &api;
}
