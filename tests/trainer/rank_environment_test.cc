#include "headrace/trainer/rank_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace headrace {
namespace {

using testing::HasSubstr;

Result<RankEnvironment> read(const std::map<std::string, std::string>& variables) {
  return read_rank_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

const std::map<std::string, std::string> kTorchrun{{"RANK", "5"},
                                                   {"WORLD_SIZE", "8"},
                                                   {"LOCAL_RANK", "1"},
                                                   {"LOCAL_WORLD_SIZE", "4"},
                                                   {"MASTER_ADDR", "node0"},
                                                   {"MASTER_PORT", "29500"},
                                                   {"TORCHELASTIC_USE_AGENT_STORE", "True"}};

TEST(RankEnvironment, WithoutVariablesIsAWorldOfOne) {
  const RankEnvironment environment = read({}).value();
  EXPECT_EQ(environment.rank, 0);
  EXPECT_EQ(environment.world_size, 1);
  EXPECT_EQ(environment.local_world_size, 1);
}

TEST(RankEnvironment, ReadsWhatTorchrunSets) {
  const RankEnvironment environment = read(kTorchrun).value();
  EXPECT_EQ(environment.rank, 5);
  EXPECT_EQ(environment.world_size, 8);
  EXPECT_EQ(environment.local_rank, 1);
  EXPECT_EQ(environment.local_world_size, 4);
  EXPECT_EQ(environment.master(), "node0:29500");
  EXPECT_TRUE(environment.agent_listens);
  EXPECT_FALSE(environment.listen_fd.has_value());
}

TEST(RankEnvironment, LocalVariablesMayBeMissing) {
  auto variables = kTorchrun;
  variables.erase("LOCAL_RANK");
  variables.erase("LOCAL_WORLD_SIZE");
  EXPECT_EQ(read(variables).value().local_world_size, 1);
  variables["MASTER_ADDR"] = "127.0.0.1";
  EXPECT_EQ(read(variables).value().local_world_size, 8);
  EXPECT_EQ(read(variables).value().local_rank, 5);
}

TEST(RankEnvironment, OnlyRankZeroTakesTheListeningSocket) {
  auto variables = kTorchrun;
  variables["HEADRACE_MASTER_LISTEN_FD"] = "7";
  EXPECT_FALSE(read(variables).value().listen_fd.has_value());
  variables["RANK"] = "0";
  EXPECT_EQ(read(variables).value().listen_fd, 7);
}

TEST(RankEnvironment, NamesWhatIsWrong) {
  const auto message_without = [](const std::string& name) {
    auto variables = kTorchrun;
    variables.erase(name);
    return read(variables).status().message();
  };
  const auto message_with = [](const std::string& name, const std::string& value) {
    auto variables = kTorchrun;
    variables[name] = value;
    return read(variables).status().message();
  };
  EXPECT_THAT(message_without("RANK"), HasSubstr("RANK is not set"));
  EXPECT_THAT(message_without("WORLD_SIZE"), HasSubstr("WORLD_SIZE is not set"));
  EXPECT_THAT(message_without("MASTER_ADDR"), HasSubstr("MASTER_ADDR is not set"));
  EXPECT_THAT(message_without("MASTER_PORT"), HasSubstr("MASTER_PORT is not set"));
  EXPECT_THAT(message_without("LOCAL_RANK"), HasSubstr("LOCAL_RANK is not set"));
  EXPECT_EQ(message_with("RANK", "8"), "RANK=8 is not in 0..7");
  EXPECT_EQ(message_with("RANK", "-1"), "RANK=-1 is not in 0..7");
  EXPECT_EQ(message_with("RANK", "5x"), "RANK=\"5x\" is not a number");
  EXPECT_EQ(message_with("RANK", ""), "RANK=\"\" is not a number");
  EXPECT_EQ(message_with("WORLD_SIZE", "99999999999"),
            "WORLD_SIZE=\"99999999999\" is not a number");
  EXPECT_EQ(message_with("WORLD_SIZE", "0"), "WORLD_SIZE=0 is not in 1..1048576");
  EXPECT_EQ(message_with("MASTER_PORT", "70000"), "MASTER_PORT=70000 is not in 1..65535");
  EXPECT_EQ(message_with("LOCAL_RANK", "4"), "LOCAL_RANK=4 is not in 0..3");
}

}  // namespace
}  // namespace headrace
