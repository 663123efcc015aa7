// Figures of a measured set that are more than a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "decode_table.h"

namespace headrace {

// How many times as fast as libjpeg-turbo's full decode alone a way is meant to be, on photographs
// like ImageNet's.
struct Goal {
  double decode = 0;
  double end_to_end = 0;
};
inline constexpr std::array<std::optional<Goal>, kVariantCount> kGoals{{
    Goal{1.3, 1.15},  // libjpeg-turbo, region
    Goal{2.2, 1.9},   // own, no index
    Goal{4.0, 3.1},   // own, row index
    Goal{4.4, 3.4},   // own, k = 8
    std::nullopt,     // own, recording rows
}};
inline constexpr double kRecordingGoal = 0.03;           // at most that part more CPU time
inline constexpr double kIndexPicturesPerSecond = 1500;  // at least, a core

// CPU time that recording rows costs, as a part of the time without it.
Spread recording_cost(const Timings& timings, size_t recording_task, size_t own_task);

// Our own decoder without an index beside libjpeg's region decode, picture by picture, where it is
// our own that decodes.
struct PictureBesideLibjpeg {
  const BenchPicture* picture = nullptr;
  double libjpeg = 0;  // seconds
  double own = 0;      // seconds
  double times_as_fast() const { return libjpeg / own; }
};
struct PicturesBesideLibjpeg {
  size_t pictures = 0;                       // compared
  std::vector<PictureBesideLibjpeg> slower;  // of them, the worst first
};
PicturesBesideLibjpeg beside_libjpeg(const DecodeSetResult& result);

}  // namespace headrace
