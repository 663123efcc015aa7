#include "headrace/trainer/rank_launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "headrace/base/clock.h"
#include "headrace/trainer/rank_environment.h"
#include "rank_test.h"

namespace headrace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path + ".part") << text;
  std::filesystem::rename(path + ".part", path);  // whoever sees it sees all of it
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(5));
  return condition();
}

TEST(RankLauncher, EachRankKnowsWhoItIs) {
  if (is_rank()) {
    as_rank([] {
      const RankEnvironment environment = read_rank_environment().value();
      EXPECT_EQ(environment.world_size, 3);
      EXPECT_EQ(environment.local_world_size, 3);
      EXPECT_EQ(environment.local_rank, environment.rank);
      EXPECT_EQ(environment.master_address, "127.0.0.1");
      EXPECT_EQ(getpgrp(), getpid()) << "or a Ctrl-C would come twice";
      EXPECT_EQ(environment.listen_fd.has_value(), environment.rank == 0);
      if (environment.listen_fd) {
        int listening = 0;
        socklen_t size = sizeof listening;
        getsockopt(*environment.listen_fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size);
        EXPECT_EQ(listening, 1);
      }
      write_file(SharedFolder::file_of_rank(std::to_string(environment.rank)), "here");
    });
  }
  const SharedFolder folder;
  EXPECT_EQ(run_this_test_as_ranks({.ranks = 3}).message(), "");
  for (const char* rank : {"0", "1", "2"}) EXPECT_EQ(read_file(folder.file(rank)), "here") << rank;
}

TEST(RankLauncher, AFailingRankEndsTheOthers) {
  if (is_rank()) {
    if (read_rank_environment().value().rank == 1) std::_Exit(3);
    std::this_thread::sleep_for(seconds(60));
    std::_Exit(0);
  }
  const Nanoseconds start = steady_clock().now();
  const Status status = run_this_test_as_ranks({.ranks = 3});
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_EQ(status.message(), "rank 1 of 3 exited with status 3; the others were ended");
  EXPECT_LT(to_seconds(steady_clock().now() - start), 30) << "nobody waited for the sleepers";
}

TEST(RankLauncher, AKilledRankIsNamedWithItsSignal) {
  if (is_rank()) {
    if (read_rank_environment().value().rank == 0) kill(getpid(), SIGKILL);
    std::this_thread::sleep_for(seconds(60));
    std::_Exit(0);
  }
  EXPECT_THAT(run_this_test_as_ranks({.ranks = 2}).message(),
              StartsWith("rank 0 of 2 was killed by signal 9 (Killed)"));
}

TEST(RankLauncher, OneThatWillNotEndIsMadeTo) {
  if (is_rank()) {
    if (read_rank_environment().value().rank == 1) {
      wait_until([] { return !read_file(SharedFolder::file_of_rank("deaf")).empty(); });
      std::_Exit(5);
    }
    signal(SIGTERM, SIG_IGN);
    write_file(SharedFolder::file_of_rank("deaf"), std::to_string(getpid()));
    std::this_thread::sleep_for(seconds(60));
    std::_Exit(0);
  }
  const SharedFolder folder;
  const Nanoseconds start = steady_clock().now();
  const Status status = run_this_test_as_ranks({.ranks = 2, .grace = milliseconds(100)});
  EXPECT_THAT(status.message(), HasSubstr("rank 1 of 2 exited with status 5"));
  EXPECT_LT(to_seconds(steady_clock().now() - start), 30);
  EXPECT_EQ(kill(std::stoi(read_file(folder.file("deaf"))), 0), -1) << "it is gone";
}

TEST(RankLauncher, AStopReachesTheRanksAsOneInterrupt) {
  if (is_rank()) {
    static volatile sig_atomic_t interrupts = 0;
    signal(SIGINT, [](int) { interrupts = interrupts + 1; });
    write_file(SharedFolder::file_of_rank(std::getenv("RANK")), "ready");
    wait_until([] { return interrupts > 0; });
    std::this_thread::sleep_for(milliseconds(100));
    write_file(SharedFolder::file_of_rank(std::getenv("RANK")), std::to_string(interrupts));
    std::_Exit(0);
  }
  const SharedFolder folder;
  std::stop_source stop;
  std::jthread stopper([&] {
    wait_until([&] {
      return !read_file(folder.file("0")).empty() && !read_file(folder.file("1")).empty();
    });
    stop.request_stop();
  });
  const Status status = run_this_test_as_ranks({.ranks = 2, .stop = stop.get_token()});
  EXPECT_EQ(status.code(), StatusCode::kCancelled) << status.message();
  EXPECT_EQ(read_file(folder.file("0")), "1");
  EXPECT_EQ(read_file(folder.file("1")), "1");
}

TEST(RankLauncher, RanksDieWithTheLauncher) {
  if (is_rank()) {
    write_file(SharedFolder::file_of_rank("rank"), std::to_string(getpid()));
    std::this_thread::sleep_for(seconds(60));
    std::_Exit(0);
  }
  const SharedFolder folder;
  const pid_t launcher = fork();
  if (launcher == 0) {
    (void)run_this_test_as_ranks({.ranks = 1});
    std::_Exit(0);
  }
  ASSERT_TRUE(wait_until([&] { return !read_file(folder.file("rank")).empty(); }));
  const pid_t rank = std::stoi(read_file(folder.file("rank")));
  kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  // It has another parent now; where nobody reaps, a zombie ('Z') remains, which is dead as well.
  EXPECT_TRUE(wait_until([&] {
    const std::string stat = read_file("/proc/" + std::to_string(rank) + "/stat");
    return stat.empty() || stat.find(") Z") != std::string::npos;
  }));
}

TEST(RankLauncher, RefusesNoRanks) {
  EXPECT_EQ(launch_ranks({"x"}, {.ranks = 0}).code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace headrace
