#include "headrace/base/machine.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <vector>

#include "headrace/base/clock.h"

namespace headrace {
namespace {

TEST(Machine, AffinityLimitsTheCores) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &before)) {
      CPU_SET(cpu, &one);
      break;
    }
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
  EXPECT_EQ(available_cores(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_LE(available_cores(), CPU_COUNT(&before));
}

TEST(Machine, PeakRssSeesALargeAllocation) {
  const uint64_t before = peak_rss_bytes();
  std::vector<char> block(64 << 20, 1);
  EXPECT_GE(peak_rss_bytes(), before + (32 << 20)) << block[5];
}

TEST(Clock, CpuTimeGrowsWithWork) {
  const Nanoseconds before = thread_cpu_time();
  volatile unsigned sum = 0;
  while (thread_cpu_time() == before) sum = sum + 1;
  EXPECT_GT(thread_cpu_time(), before);
  EXPECT_GE(process_cpu_time(), thread_cpu_time());
}

TEST(Clock, FakeMovesOnlyWhenTold) {
  FakeClock clock;
  const Nanoseconds start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(std::chrono::milliseconds(5));
  EXPECT_EQ(to_milliseconds(clock.now() - start), 5);
}

}  // namespace
}  // namespace headrace
