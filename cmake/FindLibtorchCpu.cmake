# FindLibtorchCpu: the C++ half of a torch wheel, linked without Python and without CUDA. (The wheel's
# own TorchConfig.cmake insists on a CUDA toolkit and links libtorch_cuda.)
#
# Input   HEADRACE_TORCH_ROOT  the wheel's "torch" folder (holds include/ and lib/), or
#         CMAKE_PREFIX_PATH    with that folder in it, or
#         Python3_EXECUTABLE   whose site-packages holds it (torch itself is not imported).
# Output  Libtorch::cpu (imported), LibtorchCpu_VERSION, LibtorchCpu_LIBRARY
#
# The wheel's libraries carry DT_RPATH $ORIGIN/../../nvidia/cu13/lib, so libcupti.so.13 and
# libcudart.so.13 are found when the nvidia-cuda-cupti and nvidia-cuda-runtime wheels lie in the same
# site-packages. The torch folder must be the real one: $ORIGIN is resolved through a link.
set(_root "${HEADRACE_TORCH_ROOT}")
if(NOT _root)
  file(TO_CMAKE_PATH "$ENV{CMAKE_PREFIX_PATH}" _from_environment)
  foreach(_prefix IN LISTS CMAKE_PREFIX_PATH _from_environment)
    if(NOT _root AND EXISTS ${_prefix}/include/torch/csrc/api/include/torch/torch.h)
      set(_root ${_prefix})
    endif()
  endforeach()
endif()
if(NOT _root)
  find_package(Python3 COMPONENTS Interpreter QUIET)
  if(Python3_EXECUTABLE)
    execute_process(
      COMMAND ${Python3_EXECUTABLE} -c
        "import importlib.util as u; s=u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '', end='')"
      OUTPUT_VARIABLE _root ERROR_QUIET)
  endif()
endif()

# Searched anew each time: a cached library of another HEADRACE_TORCH_ROOT would be linked in silence.
unset(LibtorchCpu_INCLUDE_DIR CACHE)
unset(LibtorchCpu_LIBRARY CACHE)
unset(LibtorchCpu_C10 CACHE)
find_path(LibtorchCpu_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
  HINTS ${_root}/include NO_DEFAULT_PATH)
find_library(LibtorchCpu_LIBRARY torch_cpu HINTS ${_root}/lib NO_DEFAULT_PATH)
find_library(LibtorchCpu_C10 c10 HINTS ${_root}/lib NO_DEFAULT_PATH)

unset(LibtorchCpu_VERSION)
if(LibtorchCpu_INCLUDE_DIR)
  file(STRINGS ${LibtorchCpu_INCLUDE_DIR}/torch/headeronly/version.h _v
    REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9]*([0-9]+)[^0-9]*([0-9]+)[^0-9]*([0-9]+).*" "\\1.\\2.\\3"
    LibtorchCpu_VERSION "${_v}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibtorchCpu
  REQUIRED_VARS LibtorchCpu_LIBRARY LibtorchCpu_C10 LibtorchCpu_INCLUDE_DIR
  VERSION_VAR LibtorchCpu_VERSION
  REASON_FAILURE_MESSAGE "
  libtorch is needed by trainer/. Either
    ./dev setup                               fetches and unpacks it, or
    -DHEADRACE_TORCH_ROOT=<folder>            names the torch folder of a wheel of yours
                                              (pip install torch==2.11.0), or
    -DHEADRACE_TRAINER=OFF                    builds everything else without it.
  Looked in: \"${_root}\"")

if(LibtorchCpu_FOUND AND NOT TARGET Libtorch::cpu)
  # The wheel brings headers of other libraries (fmt, protobuf, pybind11) beside its own, of versions
  # that do not match the installed ones: -idirafter lets the system's come first. It also silences
  # warnings in them, as for any system folder.
  set(_after "SHELL:-idirafter \"${LibtorchCpu_INCLUDE_DIR}\"")
  set(_api_after "SHELL:-idirafter \"${LibtorchCpu_INCLUDE_DIR}/torch/csrc/api/include\"")

  add_library(Libtorch::c10 SHARED IMPORTED)
  set_target_properties(Libtorch::c10 PROPERTIES IMPORTED_LOCATION ${LibtorchCpu_C10})
  add_library(Libtorch::cpu SHARED IMPORTED)
  set_target_properties(Libtorch::cpu PROPERTIES
    IMPORTED_LOCATION ${LibtorchCpu_LIBRARY}
    INTERFACE_COMPILE_OPTIONS "${_after};${_api_after}"
    INTERFACE_COMPILE_DEFINITIONS "USE_DISTRIBUTED;USE_C10D_GLOO"
    INTERFACE_LINK_LIBRARIES Libtorch::c10)
endif()
