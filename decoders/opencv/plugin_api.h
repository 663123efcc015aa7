// What libheadrace_opencv.so offers: plain C types only, so that neither OpenCV's headers nor its
// exceptions reach the program, and one version number, so that neither meets a stranger.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { kHeadraceOpencvVersion = 1 };

enum HeadraceOpencvOutcome {
  kHeadraceOpencvDecoded = 0,
  kHeadraceOpencvCorrupt = 1,
  kHeadraceOpencvNoMemory = 2,
};

// All sizes in pixels, strides in bytes. The region lies inside width x height.
struct HeadraceOpencvRequest {
  const uint8_t* bytes;  // a PNG, WebP, BMP, TIFF, PNM or JPEG file
  size_t size;
  int width;  // what its header says; another size of the decoded picture is kHeadraceOpencvCorrupt
  int height;
  int region_x;
  int region_y;
  int region_width;
  int region_height;
  uint8_t* rgb;  // region_height rows of region_width R, G, B, `stride` bytes apart
  size_t stride;
};

struct HeadraceOpencvApi {
  int version;
  // Returns a HeadraceOpencvOutcome; for others than kHeadraceOpencvDecoded the reason is written
  // to `error` as text that ends with 0, cut to `error_size`. May be called from many threads.
  int (*decode)(const struct HeadraceOpencvRequest* request, char* error, size_t error_size);
};

// Name of the only symbol to look up, and its type.
#define HEADRACE_OPENCV_SYMBOL "headrace_opencv_api"
__attribute__((visibility("default"))) const struct HeadraceOpencvApi* headrace_opencv_api(void);

#ifdef __cplusplus
}
#endif
