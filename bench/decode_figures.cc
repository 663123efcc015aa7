#include "decode_figures.h"

#include <algorithm>

namespace headrace {

Spread recording_cost(const Timings& timings, size_t recording_task, size_t own_task) {
  const Spread ratio = timings.times_as_fast(own_task, recording_task);
  return {ratio.median - 1, ratio.least - 1, ratio.greatest - 1};
}

PicturesBesideLibjpeg beside_libjpeg(const DecodeSetResult& result) {
  PicturesBesideLibjpeg found;
  for (size_t i = 0; i < result.set->pictures.size(); ++i) {
    const BenchPicture& picture = result.set->pictures[i];
    if (picture.row_index.size() == 0) continue;  // libjpeg's in both ways
    const PictureBesideLibjpeg beside{&picture,
                                      result.timings.seconds(DecodeBench::decode_task(kRegion), i),
                                      result.timings.seconds(DecodeBench::decode_task(kOwn), i)};
    if (beside.times_as_fast() < 1) found.slower.push_back(beside);
    ++found.pictures;
  }
  std::sort(found.slower.begin(), found.slower.end(),
            [](const auto& a, const auto& b) { return a.times_as_fast() < b.times_as_fast(); });
  return found;
}

}  // namespace headrace
