// Counts every allocation of this test program, to see that the steady state makes none.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include "headrace/augment/transform.h"
#include "pictures.h"

namespace {
std::atomic<int> allocations{0};
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, std::align_val_t alignment) {
  ++allocations;
  const size_t a = static_cast<size_t>(alignment);
  if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

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
  const int before = allocations;
  EXPECT_GT(before, 0);
  for (uint64_t record = 0; record < 300; ++record) run(record);
  EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace headrace
