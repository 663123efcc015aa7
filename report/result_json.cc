#include "headrace/report/result_json.h"

#include <nlohmann/json.hpp>

#include "headrace/report/run_summary.h"

namespace headrace {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<Summary>& summary) {
  if (!summary) return nullptr;
  return {{"mean", summary->mean}, {"p50", summary->p50}, {"p95", summary->p95}};
}

Json json_of(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// Every process has a size: 0 is one that nobody asked for.
Json json_of_peak(uint64_t peak_rss_bytes) {
  return peak_rss_bytes > 0 ? Json(peak_rss_bytes) : Json(nullptr);
}

Json json_of(const Durations& durations) {
  if (durations.count == 0) {
    return {{"mean_ms", nullptr}, {"p50_ms", nullptr}, {"p90_ms", nullptr}, {"p99_ms", nullptr}};
  }
  const auto percentile = [&](double q) {
    return to_milliseconds(durations.histogram.quantile(q));
  };
  return {{"mean_ms", to_milliseconds(durations.sum) / static_cast<double>(durations.count)},
          {"p50_ms", percentile(0.5)},
          {"p90_ms", percentile(0.9)},
          {"p99_ms", percentile(0.99)}};
}

Json json_of(const StageStats& stages) {
  Json json = Json::object();
  for (size_t i = 0; i < kStageCount; ++i) {
    const StageTotals& stage = stages.stages[i];
    const bool measured = stage.wall.count > 0;
    Json& row = json[std::string(stage_name(static_cast<Stage>(i)))] = {
        {"count", stage.count},
        {"failures", stage.failures},
        {"wall_seconds", measured ? Json(to_seconds(stage.wall.sum)) : Json(nullptr)}};
    row.update(json_of(stage.wall));
    row["cpu"] = json_of(stage.cpu);
    row["cpu"]["count"] = stage.cpu.count;
  }
  return json;
}

// Who waited for whom; null where no batch was asked for.
Json json_of_waiting(const StageStats& stages) {
  if (stages.input_waits == 0) return nullptr;
  const auto calls = static_cast<double>(stages.input_waits);
  return {{"batches", stages.input_waits},
          {"batches_late", stages.batches_late},
          {"mean_ms", to_milliseconds(stages.input_wait) / calls},
          {"mean_batches_ahead", static_cast<double>(stages.batches_ahead) / calls},
          {"mean_batches_ready", static_cast<double>(stages.batches_ready) / calls}};
}

Json json_of(const DecodePathCounts& counts) {
  Json json = Json::array();
  for (const auto& [route, pictures] : counts.entries()) {
    json.push_back({{"path", decode_path_name(route.path)},
                    {"reason", decode_reason_name(route.reason)},
                    {"pictures", pictures}});
  }
  return json;
}

Json json_of(const Environment& environment) {
  return {{"machine", environment.machine},
          {"build", environment.build},
          {"command_line", environment.command_line},
          {"warning", environment.warning.empty() ? Json(nullptr) : Json(environment.warning)}};
}

Json json_of_phases(const RunSummary& summary) {
  Json json = Json::object();
  for (size_t i = 0; i < kPhaseCount; ++i) {
    json[std::string(phase_name(static_cast<Phase>(i)))] = json_of(summary.phases[i]);
  }
  json["step"] = json_of(summary.step);
  return json;
}

Json json_of(const ProfileRun& run) {
  const RunSummary summary = summarize_run(run);
  return {{"data", run.data},
          {"format", run.format},
          {"payload", run.payload},
          {"schedule", schedule_name(run.schedule)},
          {"reduction", reduction_mode_name(run.reduction)},
          {"ranks", run.ranks},
          {"batch_size", run.batch_size},
          {"model", run.model},
          {"precision", run.precision},
          {"threads", run.threads},
          {"loader_threads", run.loader_threads},
          {"steps", summary.steps},
          {"images_per_second", json_of(run.images_per_second)},
          {"phases_ms", json_of_phases(summary)},
          {"preprocess_ms", json_of(summary.preprocess_wall)},
          {"preprocess_cpu_ms", json_of(summary.preprocess_cpu)},
          {"reduction_ms",
           {{"busy", json_of(summary.reduction_busy)},
            {"exposed", json_of(summary.reduction_exposed)},
            {"hidden", json_of(summary.reduction_hidden)}}},
          {"first_step_ms", json_of(summary.first_step)},
          {"peak_rss_bytes", json_of_peak(run.peak_rss_bytes)},
          {"stages", json_of(run.stages)}};
}

// A path may hold any bytes: never an exception for them.
std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json json_of(const BadSampleCounts& counts) {
  Json by_category = Json::object();
  for (size_t code = 0; code < counts.by_code.size(); ++code) {
    if (counts.by_code[code] == 0) continue;
    by_category[std::string(status_code_name(static_cast<StatusCode>(code)))] =
        counts.by_code[code];
  }
  return {{"count", counts.total()}, {"by_category", by_category}};
}

}  // namespace

std::string to_json(const ProfileResult& result) {
  Json runs = Json::array();
  for (const ProfileRun& run : result.runs) runs.push_back(json_of(run));
  return text_of({{"command", "profile"},
                  {"runs", std::move(runs)},
                  {"environment", json_of(result.environment)}});
}

std::string to_json(const BenchResult& result) {
  Json json = {{"command", "bench"},
               {"data", result.data},
               {"format", result.format},
               {"payload", result.payload},
               {"decode", result.decode},
               {"threads", result.threads},
               {"threads_reason",
                result.threads_reason.empty() ? Json(nullptr) : Json(result.threads_reason)},
               {"batch_size", result.batch_size},
               {"images", result.images},
               {"epochs", result.epochs},
               {"seconds", result.seconds},
               {"images_per_second", json_of(result.images_per_second)},
               {"cpu_seconds_per_1000_images", json_of(result.cpu_seconds_per_1000_images)},
               {"peak_rss_bytes", json_of_peak(result.peak_rss_bytes)},
               {"stages", json_of(result.stages)},
               {"waiting", json_of_waiting(result.stages)},
               {"measuring_us_per_sample", result.measuring_per_sample.count() > 0
                                               ? Json(to_seconds(result.measuring_per_sample) * 1e6)
                                               : Json(nullptr)},
               {"decoder_paths", json_of(result.stages.decoder_paths)},
               {"on_error", on_error_name(result.on_error)},
               {"bad_samples", json_of(result.bad_samples)},
               {"digest", result.digest ? Json(*result.digest) : Json(nullptr)},
               {"environment", json_of(result.environment)}};
  return text_of(json);
}

}  // namespace headrace
