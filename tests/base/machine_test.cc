#include "headrace/base/machine.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
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

// Cores of 16 for one rank.
int cores_of(int affinity, double quota, int local_ranks) {
  return divide_cores(16, affinity, quota, local_ranks).cores;
}

TEST(Machine, RanksShareTheCores) {
  EXPECT_EQ(cores_of(16, 0, 1), 16);
  EXPECT_EQ(cores_of(16, 0, 4), 4);
  EXPECT_EQ(cores_of(16, 0, 3), 5);
  EXPECT_EQ(cores_of(16, 0, 32), 1);
  EXPECT_EQ(cores_of(16, 8, 4), 2);
  EXPECT_EQ(cores_of(16, 1.5, 1), 2);
  EXPECT_EQ(cores_of(16, 0.5, 2), 1);
}

TEST(Machine, RanksThatAreBoundHaveTheirs) {
  EXPECT_EQ(cores_of(4, 0, 4), 4);
  EXPECT_EQ(cores_of(4, 8, 4), 2) << "but a quota is all theirs";
  EXPECT_EQ(cores_of(4, 0, 1), 4);
  EXPECT_EQ(cores_of(8, 0, 4), 2) << "a job of half the machine";
}

TEST(Machine, TheBudgetSaysWhy) {
  EXPECT_EQ(divide_cores(16, 16, 0, 1).text(), "16 cores: 16 by affinity");
  EXPECT_EQ(divide_cores(16, 16, 8, 2).text(),
            "4 cores: 16 by affinity, quota 8, shared by 2 ranks");
  EXPECT_EQ(divide_cores(16, 8, 1.5, 2).text(),
            "1 core: 8 by affinity, quota 1.5, bound, one of 2 ranks");
}

TEST(Machine, WhoStartedTheRanksSaysHowMany) {
  ASSERT_EQ(setenv("LOCAL_WORLD_SIZE", "3", 1), 0);
  EXPECT_EQ(core_budget().local_ranks, 3);
  ASSERT_EQ(setenv("LOCAL_WORLD_SIZE", "many", 1), 0);
  EXPECT_EQ(core_budget().local_ranks, 1);
  ASSERT_EQ(unsetenv("LOCAL_WORLD_SIZE"), 0);
  EXPECT_LE(core_budget().cores, available_cores());
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
