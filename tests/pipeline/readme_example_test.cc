// The README's example, which is examples/count_images.cc, run with the other tests;
// tests/tools/program_test.py compares the text. Only main() gets another name.
#include <gtest/gtest.h>

#define main main_of_the_example
#include "count_images.cc"  // NOLINT(bugprone-suspicious-include)
#undef main

TEST(ReadmeExample, Runs) {
  EXPECT_EQ(count_images(HEADRACE_TEST_DATA "/sign-digits/val"), 2 * (201 / 32) * 32);
}
