#include "headrace/tools/command.h"

#include <cstdio>

namespace headrace {

int exit_code(const Status& status) {
  switch (status.code()) {
    case StatusCode::kOk:
      return 0;
    case StatusCode::kInvalidArgument:
      return 2;
    case StatusCode::kCancelled:
      return 130;  // 128 + SIGINT, as shells have it
    default:
      return 1;
  }
}

void print_error(const Status& status) {
  fmt::print(stderr, "headrace: {}\n", status.message());
}

}  // namespace headrace
