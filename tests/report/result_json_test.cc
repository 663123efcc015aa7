#include "headrace/report/result_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "made_up_result.h"

namespace headrace {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

ProfileResult made_up_profile() {
  ProfileResult result;
  result.runs = {made_up_sequential(), made_up_pipelined()};
  result.environment = {.machine = "A processor",
                        .build = "g++ 12",
                        .command_line = "headrace profile x",
                        .warning = "built without optimisation"};
  return result;
}

TEST(ProfileJson, HasTheKeysThatAreDocumented) {
  const Json json = Json::parse(to_json(made_up_profile()));
  EXPECT_THAT(keys_of(json), ElementsAre("command", "runs", "environment"));
  EXPECT_EQ(json["command"], "profile");
  EXPECT_THAT(keys_of(json["environment"]),
              ElementsAre("machine", "build", "command_line", "warning"));
  ASSERT_EQ(json["runs"].size(), 2U);
  const Json& run = json["runs"][0];
  EXPECT_THAT(keys_of(run),
              ElementsAre("data", "format", "payload", "schedule", "reduction", "ranks",
                          "batch_size", "model", "precision", "threads", "loader_threads", "steps",
                          "images_per_second", "phases_ms", "preprocess_ms", "preprocess_cpu_ms",
                          "reduction_ms", "first_step_ms", "peak_rss_bytes", "stages"));
  EXPECT_THAT(keys_of(run["phases_ms"]),
              ElementsAre("input_wait", "host_to_device", "forward", "backward", "rank_wait",
                          "reduction", "optimizer", "other", "step"));
  EXPECT_THAT(keys_of(run["reduction_ms"]), ElementsAre("busy", "exposed", "hidden"));
  EXPECT_THAT(keys_of(run["stages"]), ElementsAre("read", "peek", "decode", "augment"));
  EXPECT_THAT(keys_of(run["stages"]["read"]),
              ElementsAre("count", "failures", "wall_seconds", "mean_ms", "p50_ms", "p90_ms",
                          "p99_ms", "cpu"));
  for (const auto* summary :
       {&run["phases_ms"]["step"], &run["preprocess_ms"], &run["first_step_ms"],
        &run["preprocess_cpu_ms"], &run["reduction_ms"]["busy"]}) {
    EXPECT_THAT(keys_of(*summary), ElementsAre("mean", "p50", "p95"));
  }
}

TEST(ProfileJson, HasTheFigures) {
  const Json json = Json::parse(to_json(made_up_profile()));
  EXPECT_EQ(json["environment"]["warning"], "built without optimisation");
  const Json& run = json["runs"][1];
  EXPECT_EQ(run["data"], "imagenet/train");
  EXPECT_EQ(run["format"], "folder");
  EXPECT_EQ(run["payload"], "original");
  EXPECT_EQ(run["schedule"], "pipelined");
  EXPECT_EQ(run["reduction"], "overlapped");
  EXPECT_EQ(run["ranks"], 2);
  EXPECT_EQ(run["batch_size"], 32);
  EXPECT_EQ(run["model"], "resnet50");
  EXPECT_EQ(run["precision"], "float32");
  EXPECT_EQ(run["threads"], 1);
  EXPECT_EQ(run["loader_threads"], 3);
  EXPECT_EQ(run["steps"], 3);
  EXPECT_DOUBLE_EQ(run["images_per_second"], 3 * 64 / 0.474);
  EXPECT_DOUBLE_EQ(run["phases_ms"]["other"]["mean"], 12);
  EXPECT_DOUBLE_EQ(run["phases_ms"]["other"]["p50"], 12);
  EXPECT_DOUBLE_EQ(run["phases_ms"]["other"]["p95"], 21);
  EXPECT_DOUBLE_EQ(run["phases_ms"]["step"]["mean"], 158);
  EXPECT_DOUBLE_EQ(run["preprocess_ms"]["mean"], 23);
  EXPECT_DOUBLE_EQ(run["preprocess_cpu_ms"]["mean"], 44);
  EXPECT_DOUBLE_EQ(run["reduction_ms"]["busy"]["mean"], 14);
  EXPECT_DOUBLE_EQ(run["reduction_ms"]["exposed"]["mean"], 5);
  EXPECT_DOUBLE_EQ(run["reduction_ms"]["hidden"]["mean"], 9);
  EXPECT_DOUBLE_EQ(run["first_step_ms"]["mean"], 900);
  EXPECT_EQ(run["peak_rss_bytes"], 3 << 20);
  EXPECT_EQ(run["stages"]["decode"]["failures"], 2);
  EXPECT_DOUBLE_EQ(run["stages"]["read"]["mean_ms"], 0.1);
  EXPECT_DOUBLE_EQ(run["stages"]["read"]["wall_seconds"], 0.1);
}

TEST(ProfileJson, PhasesAddUpToTheStep) {
  const Json json = Json::parse(to_json(made_up_profile()));
  for (const Json& run : json["runs"]) {
    double sum = 0;
    for (const auto& [name, phase] : run["phases_ms"].items()) {
      if (name != "step" && !phase.is_null()) sum += phase["mean"].get<double>();
    }
    EXPECT_NEAR(sum, run["phases_ms"]["step"]["mean"].get<double>(), 1e-9);
  }
}

TEST(ProfileJson, WhatWasNotMeasuredIsNull) {
  ProfileResult result;
  result.runs = {made_up_sequential(), ProfileRun{}};
  const Json json = Json::parse(to_json(result));
  EXPECT_TRUE(json["runs"][0]["phases_ms"]["host_to_device"].is_null());
  EXPECT_FALSE(json["runs"][0]["phases_ms"]["forward"].is_null());
  const Json& empty = json["runs"][1];
  for (const auto& [name, phase] : empty["phases_ms"].items()) EXPECT_TRUE(phase.is_null()) << name;
  for (const auto& [name, cost] : empty["reduction_ms"].items())
    EXPECT_TRUE(cost.is_null()) << name;
  for (const char* name : {"images_per_second", "preprocess_ms", "preprocess_cpu_ms",
                           "first_step_ms", "peak_rss_bytes"}) {
    EXPECT_TRUE(empty[name].is_null()) << name;
  }
  EXPECT_EQ(empty["stages"]["decode"]["count"], 0);
  EXPECT_TRUE(empty["stages"]["decode"]["mean_ms"].is_null());
  EXPECT_EQ(empty["reduction"], "none");
  EXPECT_TRUE(json["environment"]["warning"].is_null());
}

TEST(ProfileJson, APathOfAnyBytesIsNoError) {
  ProfileResult result;
  result.runs = {made_up_sequential()};
  result.runs[0].data = "caf\xE9/\"\n";
  EXPECT_EQ(Json::parse(to_json(result))["runs"][0]["data"], "caf\uFFFD/\"\n");
}

TEST(BenchJson, HasTheKeysAndFigures) {
  const Json json = Json::parse(to_json(made_up_bench()));
  EXPECT_THAT(keys_of(json),
              ElementsAre("command", "data", "format", "payload", "decode", "threads",
                          "threads_reason", "batch_size", "images", "epochs", "seconds",
                          "images_per_second", "cpu_seconds_per_1000_images", "peak_rss_bytes",
                          "stages", "waiting", "measuring_us_per_sample", "decoder_paths",
                          "on_error", "bad_samples", "digest", "environment"));
  EXPECT_EQ(json["command"], "bench");
  EXPECT_EQ(json["waiting"], Json({{"batches", 20},
                                   {"batches_late", 3},
                                   {"mean_ms", 2.0},
                                   {"mean_batches_ahead", 2.0},
                                   {"mean_batches_ready", 1.25}}));
  EXPECT_DOUBLE_EQ(json["measuring_us_per_sample"], 5);
  EXPECT_EQ(json["on_error"], "skip");
  EXPECT_EQ(json["bad_samples"],
            Json::parse(R"({"count": 3, "by_category": {"not found": 1, "corrupt data": 2}})"));
  EXPECT_EQ(json["stages"]["decode"]["cpu"]["count"], 63) << "one of sixteen";
  EXPECT_NEAR(json["stages"]["decode"]["cpu"]["p99_ms"], 0.5, 0.02);
  EXPECT_EQ(json["images"], 1280);
  EXPECT_DOUBLE_EQ(json["images_per_second"], 640);
  EXPECT_DOUBLE_EQ(json["cpu_seconds_per_1000_images"], 2.5);
  EXPECT_EQ(json["peak_rss_bytes"], 50 << 20);
  EXPECT_DOUBLE_EQ(json["epochs"], 1.25);
  EXPECT_EQ(json["stages"]["read"]["failures"], 1);
  ASSERT_EQ(json["decoder_paths"].size(), 6U);
  EXPECT_EQ(json["decoder_paths"][0],
            Json({{"path", "own, indexed"}, {"reason", "none"}, {"pictures", 640}}));
  EXPECT_EQ(json["decoder_paths"][2],
            Json({{"path", "libjpeg"}, {"reason", "progressive"}, {"pictures", 7}}));
  EXPECT_EQ(json["digest"], "0123456789abcdef0123456789abcdef");
}

TEST(BenchJson, WhatWasNotMeasuredIsNull) {
  const Json json = Json::parse(to_json(BenchResult{}));
  for (const char* name :
       {"images_per_second", "cpu_seconds_per_1000_images", "peak_rss_bytes", "digest"}) {
    EXPECT_TRUE(json[name].is_null()) << name;
  }
}

}  // namespace
}  // namespace headrace
