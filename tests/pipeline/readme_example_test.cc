// The example of the README, compiled and run; tests/tools/program_test.py compares the text.
#include <gtest/gtest.h>

// [begin of the example]
#include <headrace/pipeline/image_loader.h>

int count_images(const std::string& data) {
  headrace::ImageLoaderOptions options{.batch_size = 32, .threads = 2, .seed = 1};
  auto loader = headrace::open_image_loader(data, options).value();  // or look at .status()
  int images = 0;
  for (int epoch = 0; epoch < 2; ++epoch)
    for (headrace::BatchPtr& batch : loader->epoch(epoch)) {
      images += batch->size();  // batch->images(): float32 NCHW; batch->labels(); batch->ids()
    }
  return images;
}
// [end of the example]

TEST(ReadmeExample, Runs) {
  EXPECT_EQ(count_images(HEADRACE_TEST_DATA "/sign-digits/val"), 2 * (201 / 32) * 32);
}
