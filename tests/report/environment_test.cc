#include "headrace/report/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headrace/base/machine.h"

namespace headrace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Environment, DescribesThisProcess) {
  const Environment environment = current_environment("headrace bench x");
  EXPECT_EQ(environment.command_line, "headrace bench x");
  EXPECT_EQ(environment.machine, describe_machine());
}

TEST(Environment, WarnsOfABuildThatIsSlow) {
  const Environment environment = current_environment();
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_EQ(environment.warning, "");
  EXPECT_THAT(environment.build, HasSubstr(", optimised"));
  EXPECT_THAT(environment.build, Not(HasSubstr("sanitizers")));
#else
  EXPECT_THAT(environment.warning, HasSubstr("the figures say nothing about a release build"));
#endif
}

}  // namespace
}  // namespace headrace
