#include <gtest/gtest.h>

#include <vector>

#include "headrace/augment/transform.h"
#include "support/allocation_counter.h"

namespace headrace {
namespace {

TEST(Allocation, NoneOnceTheLargestSizesWereSeen) {
  TransformOptions options;
  options.size = 32;
  const Transform transform = Transform::create(options).value();
  Transform::Scratch scratch;
  std::vector<float> slot(transform.sample_floats());
  Image decoded;
  Image pixels;
  const auto run = [&](uint64_t record) {
    const SamplePlan plan = transform.plan(300, 200, {1, 1, record});
    decoded.reshape(plan.decode.width, plan.decode.height);
    transform.finish(slot.data(), decoded, plan, scratch);
    transform.finish_pixels(pixels, decoded, plan, scratch);
  };
  for (uint64_t record = 0; record < 300; ++record) run(record);
  const int before = allocations();
  EXPECT_GT(before, 0);
  for (uint64_t record = 0; record < 300; ++record) run(record);
  EXPECT_EQ(allocations(), before);
}

}  // namespace
}  // namespace headrace
