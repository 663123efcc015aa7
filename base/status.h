// Errors as values: Status says whether something worked, Result<T> holds a T or the Status that
// explains why there is none.
//
//   Result<int> count = count_records(path);
//   if (!count.ok()) return count.status().annotate(path);   // "train.tfrecord: bad length
//   checksum"
//
// An error is made where it happens, with its category, and annotated on the way up until the text
// names file, shard, offset and reason. Libraries return it; only `Result::value()` throws, for
// callers that prefer exceptions.
//
// Threads: plain values, like std::string.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace headrace {

enum class StatusCode {
  kOk,
  kInvalidArgument,    // the caller asked for something that makes no sense: usage, options
  kNotFound,           // a file, folder or record that is not there
  kCorruptData,        // bytes that break their format's rules
  kUnsupported,        // well-formed, but nothing here reads it
  kResourceExhausted,  // a cap or budget: pixels, bytes, memory, disk
  kIoError,            // the operating system refused
  kCancelled,          // somebody asked to stop
  kInternal,           // a broken promise of our own
};

// "corrupt data", "not found", ...
std::string_view status_code_name(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // This error with "context: " put before its message; an ok Status stays as it is.
  Status annotate(std::string_view context) const;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

// What Result::value() throws.
class Error : public std::runtime_error {
 public:
  explicit Error(Status status)
      : std::runtime_error(status.message()), status_(std::move(status)) {}
  const Status& status() const { return status_; }

 private:
  Status status_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : state_(std::move(status)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  Status status() const { return ok() ? Status() : std::get<Status>(state_); }

  // The value; throws Error where there is none.
  T& value() & {
    throw_unless_ok();
    return std::get<T>(state_);
  }
  const T& value() const& {
    throw_unless_ok();
    return std::get<T>(state_);
  }
  T value() && {
    throw_unless_ok();
    return std::move(std::get<T>(state_));
  }

  // The value, after ok() was seen to be true.
  T& operator*() { return *std::get_if<T>(&state_); }
  const T& operator*() const { return *std::get_if<T>(&state_); }
  T* operator->() { return std::get_if<T>(&state_); }
  const T* operator->() const { return std::get_if<T>(&state_); }

 private:
  void throw_unless_ok() const {
    if (!ok()) throw Error(std::get<Status>(state_));
  }
  std::variant<T, Status> state_;
};

// Shorthands to make an error: `return corrupt_data("record {} ends early", i);`
#define HEADRACE_STATUS_MAKER(name, code)                                  \
  template <class... Args>                                                 \
  Status name(fmt::format_string<Args...> format, Args&&... args) {        \
    return Status(code, fmt::format(format, std::forward<Args>(args)...)); \
  }
HEADRACE_STATUS_MAKER(invalid_argument, StatusCode::kInvalidArgument)
HEADRACE_STATUS_MAKER(not_found, StatusCode::kNotFound)
HEADRACE_STATUS_MAKER(corrupt_data, StatusCode::kCorruptData)
HEADRACE_STATUS_MAKER(unsupported, StatusCode::kUnsupported)
HEADRACE_STATUS_MAKER(resource_exhausted, StatusCode::kResourceExhausted)
HEADRACE_STATUS_MAKER(io_error, StatusCode::kIoError)
HEADRACE_STATUS_MAKER(cancelled, StatusCode::kCancelled)
HEADRACE_STATUS_MAKER(internal_error, StatusCode::kInternal)
#undef HEADRACE_STATUS_MAKER

// The error of a failed system call: "cannot open x.jpg: No such file or directory". `error` is an
// errno value; ENOENT becomes kNotFound, ENOSPC and EDQUOT kResourceExhausted, others kIoError.
Status system_error(int error, std::string_view what);

// Leaves the function with the error, if there is one.
#define HEADRACE_RETURN_IF_ERROR(expression)                                        \
  do {                                                                              \
    if (::headrace::Status headrace_status_ = (expression); !headrace_status_.ok()) \
      return headrace_status_;                                                      \
  } while (false)

// Declares or assigns `target` from a Result, or leaves the function with its error:
//   HEADRACE_ASSIGN_OR_RETURN(const int64_t size, file->size());
#define HEADRACE_ASSIGN_OR_RETURN(target, expression) \
  HEADRACE_ASSIGN_OR_RETURN_IMPL_(HEADRACE_CONCAT_(headrace_result_, __LINE__), target, expression)
#define HEADRACE_ASSIGN_OR_RETURN_IMPL_(result, target, expression) \
  auto result = (expression);                                       \
  if (!result.ok()) return result.status();                         \
  target = std::move(*result)
#define HEADRACE_CONCAT_(a, b) HEADRACE_CONCAT_IMPL_(a, b)
#define HEADRACE_CONCAT_IMPL_(a, b) a##b

}  // namespace headrace
