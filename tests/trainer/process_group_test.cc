#include "headrace/trainer/process_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "rank_test.h"

namespace headrace {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<ProcessGroup> join() {
  return ProcessGroup::connect(
             read_rank_environment().value(),
             {.connect_timeout = std::chrono::seconds(60), .timeout = std::chrono::seconds(60)})
      .value();
}

TEST(ProcessGroup, OfOneNeedsNobody) {
  const auto group = ProcessGroup::connect({}).value();
  EXPECT_EQ(group->world_size(), 1);
  EXPECT_TRUE(group->barrier().ok());
  std::vector<double> values{3, 4};
  EXPECT_TRUE(group->all_reduce(values, ReduceOperation::kSum).ok());
  EXPECT_THAT(values, ElementsAre(3, 4));
  EXPECT_THAT(group->gather("mine").value(), ElementsAre("mine"));
}

TEST(ProcessGroup, RanksTellEachOther) {
  if (is_rank()) {
    as_rank([] {
      const auto group = join();
      const int rank = group->rank();
      EXPECT_EQ(group->local_world_size(), 3);
      EXPECT_TRUE(group->barrier().ok());

      std::vector<double> values{1. + rank, -1. * rank};
      EXPECT_TRUE(group->all_reduce(values, ReduceOperation::kSum).ok());
      EXPECT_THAT(values, ElementsAre(6, -3));
      values = {1. + rank, -1. * rank};
      EXPECT_TRUE(group->all_reduce(values, ReduceOperation::kMax).ok());
      EXPECT_THAT(values, ElementsAre(3, 0));

      // Different lengths, bytes that are no text, and none at all.
      const std::string own = std::string(static_cast<size_t>(rank), '\0') + (rank ? "x" : "");
      const std::vector<std::string> all = group->gather(own).value();
      if (rank == 0) {
        using std::string_literals::operator""s;
        EXPECT_THAT(all, ElementsAre("", "\0x"s, "\0\0x"s));
      } else {
        EXPECT_THAT(all, IsEmpty());
      }
    });
  }
  EXPECT_EQ(run_this_test_as_ranks({.ranks = 3}).message(), "");
}

TEST(ProcessGroup, ARankThatHasGoneIsAnErrorOfTheOthers) {
  if (is_rank()) {
    as_rank([] {
      const auto group = join();
      if (group->rank() == 1) std::_Exit(0);
      const Status status = group->barrier();
      EXPECT_EQ(status.code(), StatusCode::kIoError);
      EXPECT_THAT(status.message(), HasSubstr("rank 0 of 2: barrier: "));
    });
  }
  EXPECT_EQ(run_this_test_as_ranks({.ranks = 2}).message(), "");
}

TEST(ProcessGroup, AMasterThatIsNotThereIsNamed) {
  RankEnvironment environment;
  environment.rank = 1;
  environment.world_size = 2;
  environment.master_address = "127.0.0.1";
  environment.master_port = 1;  // reserved: nobody listens
  const auto group = ProcessGroup::connect(environment, {.connect_timeout = milliseconds(300)});
  EXPECT_EQ(group.status().code(), StatusCode::kIoError);
  EXPECT_THAT(group.status().message(),
              HasSubstr("rank 1 of 2 cannot join the others at 127.0.0.1:1: "));
}

TEST(ProcessGroup, ARankThatDoesNotComeIsWaitedForNoLongerThanAsked) {
  if (is_rank()) {
    const RankEnvironment environment = read_rank_environment().value();
    if (environment.rank == 1) std::_Exit(0);
    const auto group = ProcessGroup::connect(environment, {.connect_timeout = milliseconds(500)});
    as_rank([&] {
      EXPECT_EQ(group.status().code(), StatusCode::kIoError);
      EXPECT_THAT(group.status().message(), HasSubstr("rank 0 of 2 cannot join the others at 127"));
    });
  }
  EXPECT_EQ(run_this_test_as_ranks({.ranks = 2}).message(), "");
}

}  // namespace
}  // namespace headrace
