#include "headrace/report/environment.h"

#include <fmt/core.h>

#include <utility>

#include "headrace/base/machine.h"

namespace headrace {
namespace {

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang++ " __clang_version__;
#else
constexpr std::string_view kCompiler = "g++ " __VERSION__;
#endif

#if defined(__OPTIMIZE__)
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

Environment current_environment(std::string command_line) {
  Environment environment;
  environment.machine = describe_machine();
  environment.build = fmt::format("{}, {}{}", kCompiler, kOptimised ? "optimised" : "not optimised",
                                  kSanitized ? ", with sanitizers" : "");
  environment.command_line = std::move(command_line);
  if (!kOptimised) {
    environment.warning =
        "built without optimisation: the figures say nothing about a release build";
  } else if (kSanitized) {
    environment.warning = "built with sanitizers: the figures say nothing about a release build";
  }
  return environment;
}

}  // namespace headrace
