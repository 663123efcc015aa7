// The loader in a few lines: counts the pictures of two epochs.
#include <cstdio>
#include <exception>
#include <string>

// What stands between the marks is the README's example, word for word.
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

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: count_images DATA      a folder of class folders, or records\n");
    return 2;
  }
  try {
    std::printf("%d images in two epochs\n", count_images(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "count_images: %s\n", error.what());
    return 1;
  }
}
