# Finds OpenCV's core and imgcodecs and makes OpencvImgcodecs::imgcodecs.
#
# Not OpenCV's own OpenCVConfig.cmake: on Debian that comes with libopencv-dev only, which wants every
# module there is; libopencv-imgcodecs-dev is enough here.
find_path(OpencvImgcodecs_INCLUDE_DIR opencv2/imgcodecs.hpp PATH_SUFFIXES opencv4)
find_library(OpencvImgcodecs_LIBRARY opencv_imgcodecs)
find_library(OpencvImgcodecs_CORE_LIBRARY opencv_core)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpencvImgcodecs
  REQUIRED_VARS OpencvImgcodecs_LIBRARY OpencvImgcodecs_CORE_LIBRARY OpencvImgcodecs_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "on Debian: apt install libopencv-imgcodecs-dev (or -DHEADRACE_OPENCV=OFF: JPEG only)")
mark_as_advanced(OpencvImgcodecs_INCLUDE_DIR OpencvImgcodecs_LIBRARY OpencvImgcodecs_CORE_LIBRARY)

if(OpencvImgcodecs_FOUND AND NOT TARGET OpencvImgcodecs::imgcodecs)
  add_library(OpencvImgcodecs::imgcodecs UNKNOWN IMPORTED)
  set_target_properties(OpencvImgcodecs::imgcodecs PROPERTIES
    IMPORTED_LOCATION ${OpencvImgcodecs_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${OpencvImgcodecs_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES ${OpencvImgcodecs_CORE_LIBRARY})
endif()
