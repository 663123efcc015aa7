// torch throws; our functions return. The border between the two.
#pragma once

#include <exception>
#include <string_view>

#include "headrace/base/status.h"

namespace headrace {

// The error that `thrown` (caught from torch) stands for, without torch's own stack trace:
// kResourceExhausted for memory, kIoError for the network and other ranks, kInternal otherwise.
Status status_of(const std::exception& thrown);

// Runs `body`, which returns a Status; what it throws becomes one, annotated with `what`.
template <class Body>
Status catch_torch(std::string_view what, const Body& body) {
  try {
    return body();
  } catch (const std::exception& thrown) {
    return status_of(thrown).annotate(what);
  }
}

}  // namespace headrace
