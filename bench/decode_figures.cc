#include "decode_figures.h"

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
    const double times_as_fast = result.timings.seconds(DecodeBench::decode_task(kRegion), i) /
                                 result.timings.seconds(DecodeBench::decode_task(kOwn), i);
    if (times_as_fast < 1) found.slower.push_back(picture.name);
    if (found.pictures == 0 || times_as_fast < found.worst) {
      found.worst = times_as_fast;
      found.worst_picture = picture.name;
    }
    ++found.pictures;
  }
  return found;
}

}  // namespace headrace
