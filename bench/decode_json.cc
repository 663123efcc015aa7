#include <nlohmann/json.hpp>

#include "decode_figures.h"
#include "decode_table.h"
#include "headrace/report/decoder_paths.h"

namespace headrace {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Spread& spread) {
  return {{"median", spread.median}, {"least", spread.least}, {"greatest", spread.greatest}};
}

Json json_of(const Timings& timings, size_t task, double goal) {
  return {{"us_per_picture", timings.seconds(task) * 1e6},
          {"images_per_second", 1 / timings.seconds(task)},
          {"times_as_fast_as_full", json_of(timings.times_as_fast(task, DecodeBench::kFullTask))},
          {"goal", goal > 0 ? Json(goal) : Json(nullptr)}};
}

Json rows_of(const DecodeSetResult& result) {
  const Timings& timings = result.timings;
  Json rows = Json::object();
  rows["libjpeg_full"] = {{"decode", json_of(timings, DecodeBench::kFullTask, 0)}};
  for (size_t number = 0; number < kVariantCount; ++number) {
    const Goal goal = result.has_goals ? kGoals[number].value_or(Goal{}) : Goal{};
    rows[kVariants[number].key] = {
        {"decode", json_of(timings, DecodeBench::decode_task(number), goal.decode)},
        {"end_to_end", json_of(timings, DecodeBench::end_to_end_task(number), goal.end_to_end)},
        {"paths", decoder_paths_text(result.paths[number])}};
  }
  rows["make_row_index"] = {{"decode", json_of(timings, DecodeBench::kRowIndexTask, 0)}};
  rows["make_k8"] = {{"decode", json_of(timings, DecodeBench::kEvery8IndexTask, 0)}};
  return rows;
}

Json json_of(const std::vector<PictureBesideLibjpeg>& pictures) {
  Json list = Json::array();
  for (const PictureBesideLibjpeg& one : pictures) {
    list.push_back({{"picture", one.picture->name},
                    {"bytes", one.picture->bytes.size()},
                    {"width", one.picture->width},
                    {"height", one.picture->height},
                    {"region_width", one.picture->region.width},
                    {"region_height", one.picture->region.height},
                    {"region_y", one.picture->region.y},
                    {"libjpeg_microseconds", one.libjpeg * 1e6},
                    {"own_microseconds", one.own * 1e6}});
  }
  return list;
}

Json json_of(const DecodeSetResult& result) {
  const Timings& timings = result.timings;
  const PicturesBesideLibjpeg beside = beside_libjpeg(result);
  return {
      {"title", result.set->title},
      {"pictures", result.set->pictures.size()},
      {"left_out", result.set->left_out},
      {"mean_bytes", result.set->mean_bytes()},
      {"mean_megapixels", result.set->mean_megapixels()},
      {"read_from_files", result.set->source != nullptr},
      {"passes", timings.passes()},
      {"rows", rows_of(result)},
      {"recording_cost",
       {{"decode", json_of(recording_cost(timings, DecodeBench::decode_task(kOwnRecording),
                                          DecodeBench::decode_task(kOwn)))},
        {"end_to_end", json_of(recording_cost(timings, DecodeBench::end_to_end_task(kOwnRecording),
                                              DecodeBench::end_to_end_task(kOwn)))},
        {"goal", kRecordingGoal}}},
      {"own_beside_libjpeg_region",
       {{"pictures", beside.pictures}, {"slower", json_of(beside.slower)}}}};
}

}  // namespace

std::string decode_json(const DecodeResult& result) {
  Json json{{"command", "bench_decode"},
            {"data", result.data},
            {"environment",
             {{"machine", result.environment.machine},
              {"build", result.environment.build},
              {"library", kLibjpegName},
              {"instructions", result.instructions},
              {"command_line", result.environment.command_line},
              {"core", result.core < 0 ? Json(nullptr) : Json(result.core)},
              {"load_average", result.load_average},
              {"warning", result.environment.warning}}},
            {"sets", Json::array()}};
  for (const DecodeSetResult& set : result.sets) json["sets"].push_back(json_of(set));
  // Names of files need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headrace
