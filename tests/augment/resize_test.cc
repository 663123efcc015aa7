#include "headrace/augment/resize.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "headrace/augment/resize_highway.h"
#include "headrace/augment/resize_reference.h"
#include "headrace/augment/resize_vnni.h"
#include "pictures.h"
#include "support/only_target.h"

namespace headrace {
namespace {

// A line of tests/golden/resize.txt.
struct Golden {
  std::string kind;
  int width, height, out_width, out_height, left, top, right, bottom;
  std::string digest;

  ResizePlan plan() const {
    return {ResizeAxis::window(width, out_width, left, right - left),
            ResizeAxis::window(height, out_height, top, bottom - top)};
  }
  // Only what the plan calls for, as a decoder of regions gives it.
  Image input() const {
    const ResizePlan p = plan();
    return picture(kind, {p.x.in_begin, p.y.in_begin, p.x.in_count, p.y.in_count});
  }
};

std::vector<Golden> read_golden() {
  std::ifstream file(HEADRACE_GOLDEN "/resize.txt");
  std::vector<Golden> all;
  for (Golden g; file >> g.kind >> g.width >> g.height >> g.out_width >> g.out_height >> g.left >>
                 g.top >> g.right >> g.bottom >> g.digest;) {
    all.push_back(g);
  }
  return all;
}

std::string hex(uint64_t value) {
  char text[17];
  snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string describe(const ResizePlan& plan, bool flip) {
  const auto axis = [](const ResizeAxis& a) {
    return fmt::format("{}->{} [{}, +{}] from [{}, +{}]", a.in_size, a.out_size, a.out_begin,
                       a.out_count, a.in_begin, a.in_count);
  };
  return fmt::format("x {}, y {}, flip {}", axis(plan.x), axis(plan.y), flip);
}

Image flipped(const Image& image) {
  Image out;
  out.reshape(image.width(), image.height());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      std::memcpy(out.row(y) + 3 * x, image.row(y) + 3 * (image.width() - 1 - x), 3);
    }
  }
  return out;
}

Image cut(const Image& image, int left, int top, int width, int height) {
  Image out;
  out.reshape(width, height);
  for (int y = 0; y < height; ++y) {
    std::memcpy(out.row(y), image.row(top + y) + 3 * left, out.stride());
  }
  return out;
}

TEST(ResizeAxis, WindowHoldsTheSupportOfItsOutputsAndNoMore) {
  // Scale 2: output i covers inputs 2i - 1 .. 2i + 2.
  EXPECT_EQ(ResizeAxis::window(448, 224, 10, 5), (ResizeAxis{448, 224, 10, 5, 19, 12}));
  EXPECT_EQ(ResizeAxis::whole(448, 224), (ResizeAxis{448, 224, 0, 224, 0, 448}));
  // Enlarging: two inputs each.
  EXPECT_EQ(ResizeAxis::window(100, 400, 0, 1), (ResizeAxis{100, 400, 0, 1, 0, 1}));
  EXPECT_EQ(ResizeAxis::window(100, 400, 200, 1), (ResizeAxis{100, 400, 200, 1, 49, 2}));
  EXPECT_EQ(ResizeAxis::window(100, 400, 399, 1), (ResizeAxis{100, 400, 399, 1, 99, 1}));
}

TEST(ResizeReference, EqualsPillow) {
  const std::vector<Golden> all = read_golden();
  ASSERT_GT(all.size(), 100U);
  for (const Golden& golden : all) {
    Image out;
    resize_reference(out, golden.input(), golden.plan(), false);
    EXPECT_EQ(hex(fnv1a(out)), golden.digest)
        << golden.kind << ' ' << describe(golden.plan(), false);
  }
}

TEST(ResizeReference, WindowEqualsWholeThenCut) {
  std::mt19937 random(3);
  const auto below = [&](int bound) { return static_cast<int>(random() % bound); };
  for (int i = 0; i < 60; ++i) {
    const int width = 1 + below(300);
    const int height = 1 + below(300);
    const int out_width = 1 + below(200);
    const int out_height = 1 + below(200);
    const int left = below(out_width);
    const int top = below(out_height);
    const int columns = 1 + below(out_width - left);
    const int rows = 1 + below(out_height - top);
    Image whole;
    resize_reference(whole, picture("noise", {0, 0, width, height}),
                     {ResizeAxis::whole(width, out_width), ResizeAxis::whole(height, out_height)},
                     false);
    const ResizePlan plan{ResizeAxis::window(width, out_width, left, columns),
                          ResizeAxis::window(height, out_height, top, rows)};
    Image window;
    resize_reference(
        window,
        picture("noise", {plan.x.in_begin, plan.y.in_begin, plan.x.in_count, plan.y.in_count}),
        plan, false);
    ASSERT_EQ(bytes_of(window), bytes_of(cut(whole, left, top, columns, rows)))
        << describe(plan, false);
    Image mirrored;
    resize_reference(
        mirrored,
        picture("noise", {plan.x.in_begin, plan.y.in_begin, plan.x.in_count, plan.y.in_count}),
        plan, true);
    ASSERT_EQ(bytes_of(mirrored), bytes_of(flipped(window))) << describe(plan, true);
  }
}

// What this machine can run: an instruction set, with VNNI besides or not.
struct Kernel {
  int64_t target;
  bool vnni;
};
std::vector<Kernel> all_kernels() {
  std::vector<Kernel> all;
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) all.push_back({target, false});
  if (vnni::runs_here()) all.push_back({all.front().target, true});
  return all;
}
std::string name_of(const Kernel& kernel) {
  return std::string(hwy::TargetName(kernel.target)) + (kernel.vnni ? "_VNNI" : "");
}
void PrintTo(const Kernel& kernel, std::ostream* out) {  // NOLINT: GoogleTest's name
  *out << name_of(kernel);
}

class Resize : public testing::TestWithParam<Kernel> {
 protected:
  Resize() { scratch_.use_vnni = GetParam().vnni; }

  // Compares both fast functions with the reference.
  void check(const std::string& kind, const ResizePlan& plan, bool flip) {
    const Image in =
        picture(kind, {plan.x.in_begin, plan.y.in_begin, plan.x.in_count, plan.y.in_count});
    Image expected;
    resize_reference(expected, in, plan, flip);
    Image pixels;
    resize_to_pixels(pixels, in, plan, flip, scratch_);
    ASSERT_EQ(pixels.width(), plan.x.out_count);
    ASSERT_EQ(pixels.height(), plan.y.out_count);
    ASSERT_EQ(bytes_of(pixels), bytes_of(expected)) << kind << ' ' << describe(plan, flip);

    // Floats between canaries, from an aligned or any slot.
    const size_t plane = static_cast<size_t>(plan.x.out_count) * plan.y.out_count;
    const size_t shift = calls_++ % 2 == 0 ? 16 : 17;
    constexpr float kCanary = -77.25F;
    floats_.assign(3 * plane + 64, kCanary);
    const uintptr_t begin = reinterpret_cast<uintptr_t>(floats_.data());
    float* slot = floats_.data() + (64 - begin % 64) % 64 / sizeof(float) + shift;
    resize_to_floats(slot, in, plan, flip, normaliser_, scratch_);
    for (float* f = floats_.data(); f != floats_.data() + floats_.size(); ++f) {
      const ptrdiff_t i = f - slot;
      float want = kCanary;
      if (i >= 0 && i < static_cast<ptrdiff_t>(3 * plane)) {
        const int c = static_cast<int>(i / plane);
        want = normaliser_(c, expected.bytes()[3 * (i % plane) + c]);
      }
      ASSERT_EQ(*f, want) << "float " << i << ", " << kind << ' ' << describe(plan, flip);
    }
  }
  void check_sizes(const std::string& kind, int width, int height, int out_width, int out_height) {
    const ResizePlan plan{ResizeAxis::whole(width, out_width),
                          ResizeAxis::whole(height, out_height)};
    for (const bool flip : {false, true}) ASSERT_NO_FATAL_FAILURE(check(kind, plan, flip));
  }

  OnlyTarget only_{GetParam().target};
  ResizeScratch scratch_;
  Normaliser normaliser_{{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
  std::vector<float> floats_;
  int calls_ = 0;
};

TEST_P(Resize, RunsTheTargetThatWasAskedFor) {
  const int64_t target = GetParam().target;
  const bool vectors = target != HWY_SCALAR && target != HWY_EMU128;
  EXPECT_STREQ(resize_target(), vectors ? hwy::TargetName(target) : "scalar");
}

TEST_P(Resize, TakesVnniWhereItCanServe) {
  const auto takes_vnni = [&](int in, int out) {
    Image pixels;
    const ResizePlan plan{ResizeAxis::whole(in, out), ResizeAxis::whole(2, 2)};
    resize_to_pixels(pixels, picture("noise", {0, 0, in, 2}), plan, false, scratch_);
    return scratch_.vnni.in_use;
  };
  const bool vnni = GetParam().vnni;
  EXPECT_EQ(takes_vnni(1, 224), vnni);
  EXPECT_EQ(takes_vnni(500, 224), vnni);
  EXPECT_EQ(takes_vnni(1600, 224), vnni);
  EXPECT_EQ(takes_vnni(5000, 1), vnni);
  EXPECT_FALSE(takes_vnni(1800, 224));  // the sources of 16 bytes fill more than two vectors
  EXPECT_FALSE(takes_vnni(10000, 1));   // sums of so many taps might need a clip
}

TEST_P(Resize, EqualsPillow) {
  for (const Golden& golden : read_golden()) {
    Image out;
    resize_to_pixels(out, golden.input(), golden.plan(), false, scratch_);
    EXPECT_EQ(hex(fnv1a(out)), golden.digest)
        << golden.kind << ' ' << describe(golden.plan(), false);
  }
}

TEST_P(Resize, EqualsTheReferenceAtEdgeSizes) {
  const int sizes[] = {1, 2, 3, 5, 112, 223, 224, 225, 336, 447, 448, 449, 672, 897};
  const char* kinds[] = {"noise", "specks", "white"};
  int i = 0;
  for (const int width : sizes) {
    const int height = sizes[(i * 5 + 3) % std::size(sizes)];
    ASSERT_NO_FATAL_FAILURE(check_sizes(kinds[i++ % 3], width, height, 224, 224));
  }
  for (int out = 1; out <= 70; ++out) {  // every remainder of the widths of vectors and groups
    ASSERT_NO_FATAL_FAILURE(check_sizes(kinds[out % 3], 40, 9, out, 7));
    ASSERT_NO_FATAL_FAILURE(check_sizes(kinds[out % 3], 150, 9, out, 3));
  }
}

TEST_P(Resize, EqualsTheReferenceWithManyTaps) {
  ASSERT_NO_FATAL_FAILURE(check_sizes("specks", 5000, 3, 1, 1));
  ASSERT_NO_FATAL_FAILURE(check_sizes("white", 3, 5000, 2, 3));
  ASSERT_NO_FATAL_FAILURE(check_sizes("noise", 2600, 700, 9, 4));
}

TEST_P(Resize, EqualsTheReferenceAtRandom) {
  std::mt19937 random(static_cast<unsigned>(GetParam().target));
  const auto below = [&](int bound) { return static_cast<int>(random() % bound); };
  const char* kinds[] = {"noise", "specks", "ramps"};
  for (int i = 0; i < 250; ++i) {
    const int bound = i % 10 == 0 ? 700 : 160;
    const int in_width = 1 + below(bound);
    const int in_height = 1 + below(bound);
    const int out_width = 1 + below(bound / 2);
    const int out_height = 1 + below(bound / 2);
    const int left = i % 2 == 0 ? 0 : below(out_width);
    const int top = i % 2 == 0 ? 0 : below(out_height);
    const ResizePlan plan{
        ResizeAxis::window(in_width, out_width, left,
                           i % 2 == 0 ? out_width : 1 + below(out_width - left)),
        ResizeAxis::window(in_height, out_height, top,
                           i % 2 == 0 ? out_height : 1 + below(out_height - top))};
    ASSERT_NO_FATAL_FAILURE(check(kinds[i % 3], plan, below(2) == 1));
  }
}

// Scales at which the vector that a tap lies in changes, with and without a second one.
TEST_P(Resize, EqualsTheReferenceOnTheWayToWideSources) {
  for (int width = 560; width < 1800; width += 47) {
    ASSERT_NO_FATAL_FAILURE(check_sizes("noise", width, 5, 224, 3));
    ASSERT_NO_FATAL_FAILURE(check_sizes("specks", width / 3, 5, 224 / 3, 3));
  }
}

// The window of the inputs may be larger than needed.
TEST_P(Resize, TakesMoreInputThanNeeded) {
  ResizePlan plan{ResizeAxis::window(300, 100, 20, 50), ResizeAxis::window(80, 120, 50, 30)};
  plan.x.in_begin -= 7;
  plan.x.in_count += 20;
  plan.y.in_begin -= 3;
  plan.y.in_count += 9;
  ASSERT_NO_FATAL_FAILURE(check("noise", plan, false));
  ASSERT_NO_FATAL_FAILURE(check("noise", plan, true));
}

// Where products would not be exact the table is used.
TEST_P(Resize, UnprovenConstantsGiveTheTableToo) {
  normaliser_ = Normaliser({1e-30F, 0.5F, 0.25F}, {3e38F, 0.1F, 1e-38F});
  ASSERT_FALSE(normaliser_.products_are_exact());
  ASSERT_NO_FATAL_FAILURE(check_sizes("noise", 40, 30, 48, 20));
}

INSTANTIATE_TEST_SUITE_P(Kernels, Resize, testing::ValuesIn(all_kernels()),
                         [](const auto& kernel) { return name_of(kernel.param); });

// Against one reference all kernels, as the reference is what takes time.
TEST(ResizeKernels, EqualTheReferenceAtAllPairsOfEdgeSizes) {
  constexpr int kSizes[] = {1,   2,   3,   5,   112, 223, 224, 225,  335,  336,
                            337, 447, 448, 449, 672, 896, 897, 1200, 1600, 2500};
  constexpr int kMostPixels = 150'000;
  const char* kinds[] = {"noise", "specks", "white"};
  const std::vector<Kernel> kernels = all_kernels();
  std::vector<ResizeScratch> scratch(kernels.size());
  int i = 0;
  for (const int width : kSizes) {
    for (const int height : kSizes) {
      if (width * height > kMostPixels) continue;
      const bool flip = i % 2 == 1;
      const std::string kind = kinds[i++ % 3];
      const ResizePlan plan{ResizeAxis::whole(width, 224), ResizeAxis::whole(height, 224)};
      const Image in = picture(kind, {0, 0, width, height});
      Image expected;
      resize_reference(expected, in, plan, flip);
      for (size_t k = 0; k < kernels.size(); ++k) {
        const OnlyTarget only(kernels[k].target);
        scratch[k].use_vnni = kernels[k].vnni;
        Image pixels;
        resize_to_pixels(pixels, in, plan, flip, scratch[k]);
        ASSERT_EQ(bytes_of(pixels), bytes_of(expected))
            << name_of(kernels[k]) << ' ' << kind << ' ' << describe(plan, flip);
      }
    }
  }
  EXPECT_GT(i, 200);
}

}  // namespace
}  // namespace headrace
