// libpng's messages, which OpenCV leaves to libpng's default: a print to stderr, also for harmless
// oddities of good files ("iCCP: known incorrect sRGB profile"). The function below stands before
// libpng's own in the order in which the dynamic linker looks for it on OpenCV's behalf, and passes
// handlers where OpenCV passes none. Where the linker finds libpng's first (a program that links it
// itself), everything works as without this file.
#include "headrace/decoders/opencv/png_messages.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace headrace {

char* decode_error() {
  static thread_local char text[kDecodeErrorSize];
  return text;
}

namespace {

// png.h: png_error_ptr and the functions used, with pointers to what stays opaque here.
using Handler = void (*)(void* png, const char* message);
using CreateReadStruct = void* (*)(const char*, void*, Handler, Handler);
using LongJump = void (*)(void* png, int value);

template <class Function>
Function libpng(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

// Must not return: libpng has C frames only between here and OpenCV's setjmp.
[[noreturn]] void on_error(void* png, const char* message) {
  static const auto long_jump = libpng<LongJump>("png_longjmp");
  std::snprintf(decode_error(), kDecodeErrorSize, "%s", message);
  if (long_jump != nullptr) long_jump(png, 1);
  std::abort();  // a libpng without png_longjmp (1.5 has it) would do the same
}

void on_warning(void*, const char*) {}

}  // namespace
}  // namespace headrace

extern "C" __attribute__((visibility("default"))) void* png_create_read_struct(
    const char* version, void* error_pointer, headrace::Handler on_error,
    headrace::Handler on_warning) {
  static const auto create = headrace::libpng<headrace::CreateReadStruct>("png_create_read_struct");
  if (create == nullptr) return nullptr;  // OpenCV takes that for a picture it cannot read
  return create(version, error_pointer, on_error != nullptr ? on_error : headrace::on_error,
                on_warning != nullptr ? on_warning : headrace::on_warning);
}
