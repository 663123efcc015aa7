#include "headrace/base/status.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace headrace {
namespace {

Status fails() {
  return corrupt_data("record {} ends early", 7);
}

Result<int> doubled(Result<int> input) {
  HEADRACE_ASSIGN_OR_RETURN(const int value, std::move(input));
  return 2 * value;
}

Status returns_first_error() {
  HEADRACE_RETURN_IF_ERROR(Status());
  HEADRACE_RETURN_IF_ERROR(fails());
  return internal_error("not reached");
}

TEST(Status, DefaultIsOk) {
  EXPECT_TRUE(Status().ok());
  EXPECT_TRUE(Status().annotate("file").ok());
}

TEST(Status, AnnotationsReadFromTheOutsideIn) {
  const Status status = fails().annotate("train.tfrecord @ 512").annotate("data");
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_EQ(status.message(), "data: train.tfrecord @ 512: record 7 ends early");
}

TEST(Status, MacrosLeaveWithTheError) {
  EXPECT_EQ(returns_first_error().message(), "record 7 ends early");
  EXPECT_EQ(*doubled(21), 42);
  EXPECT_EQ(doubled(fails()).status().code(), StatusCode::kCorruptData);
}

TEST(Status, SystemErrorsGetACategory) {
  EXPECT_EQ(system_error(ENOENT, "cannot open x").code(), StatusCode::kNotFound);
  EXPECT_EQ(system_error(ENOSPC, "cannot write x").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(system_error(EACCES, "cannot open x").code(), StatusCode::kIoError);
  EXPECT_EQ(system_error(ENOENT, "cannot open x").message(),
            "cannot open x: No such file or directory");
}

TEST(Result, ValueThrowsTheStatus) {
  const Result<int> result = fails();
  try {
    result.value();
    FAIL() << "did not throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.status().code(), StatusCode::kCorruptData);
    EXPECT_STREQ(error.what(), "record 7 ends early");
  }
}

TEST(Result, HoldsWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  EXPECT_EQ(*std::move(result).value(), 3);
}

}  // namespace
}  // namespace headrace
