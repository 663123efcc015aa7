// Stand-in: see gloo_stub/README.md.
#pragma once

#include <chrono>

namespace gloo {
class Context {
 public:
  void setTimeout(std::chrono::milliseconds);  // declared, never linked
};
}  // namespace gloo
