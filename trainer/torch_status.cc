#include "headrace/trainer/torch_status.h"

#include <c10/util/Exception.h>

#include <new>
#include <string>

namespace headrace {

Status status_of(const std::exception& thrown) {
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) {
    return resource_exhausted("no memory left");
  }
  const auto* error = dynamic_cast<const c10::Error*>(&thrown);
  // What is no error of torch's own comes from gloo: std::runtime_error of a lost or late peer.
  if (error == nullptr) return io_error("{}", thrown.what());
  const std::string message = error->what_without_backtrace();
  if (dynamic_cast<const c10::DistError*>(error) != nullptr) return io_error("{}", message);
  const bool memory = dynamic_cast<const c10::OutOfMemoryError*>(error) != nullptr ||
                      message.find("can't allocate memory") != std::string::npos;
  return Status(memory ? StatusCode::kResourceExhausted : StatusCode::kInternal, message);
}

}  // namespace headrace
