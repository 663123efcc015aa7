#include "headrace/base/status.h"

#include <cerrno>
#include <system_error>

namespace headrace {

std::string_view status_code_name(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return "ok";
    case StatusCode::kInvalidArgument:
      return "invalid argument";
    case StatusCode::kNotFound:
      return "not found";
    case StatusCode::kCorruptData:
      return "corrupt data";
    case StatusCode::kUnsupported:
      return "unsupported";
    case StatusCode::kResourceExhausted:
      return "resource exhausted";
    case StatusCode::kIoError:
      return "I/O error";
    case StatusCode::kCancelled:
      return "cancelled";
    case StatusCode::kInternal:
      return "internal error";
  }
  return "unknown";
}

Status Status::annotate(std::string_view context) const {
  if (ok()) return *this;
  return Status(code_, fmt::format("{}: {}", context, message_));
}

Status system_error(int error, std::string_view what) {
  const StatusCode code = error == ENOENT ? StatusCode::kNotFound
                          : error == ENOSPC || error == EDQUOT || error == ENOMEM
                              ? StatusCode::kResourceExhausted
                              : StatusCode::kIoError;
  return Status(code, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

}  // namespace headrace
