#include "test_pictures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace headrace {

std::vector<uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> list_jpegs(const std::string& folder, size_t count) {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".jpg" || extension == ".jpeg" || extension == ".JPG" ||
        extension == ".JPEG") {
      all.push_back(entry.path().string());
    }
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> some;
  for (size_t i = 0; i < count && i < all.size(); ++i) {
    some.push_back(all[count < all.size() ? i * all.size() / count : i]);
  }
  return some;
}

std::vector<uint8_t> exact_copy(const std::vector<uint8_t>& bytes, size_t size) {
  std::vector<uint8_t> copy;
  copy.reserve(size);
  copy.assign(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
  return copy;
}

Region random_region(std::mt19937& random, int width, int height) {
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  const auto side = [&](int whole) {
    switch (random() % 5) {
      case 0:
        return whole;
      case 1:
        return 1;
      case 2:
        return std::min(whole, pick(1, 9));
      default:
        return pick(1, whole);
    }
  };
  Region region;
  region.width = side(width);
  region.height = side(height);
  region.x = pick(0, width - region.width);
  region.y = pick(0, height - region.height);
  return region;
}

std::vector<uint8_t> pixels_of(const Image& image) {
  return {image.bytes().begin(), image.bytes().end()};
}

Status decode_all(ImageDecoder& decoder, Image& image, ByteView bytes) {
  HEADRACE_ASSIGN_OR_RETURN(const ImageInfo info, decoder.peek(bytes));
  return decoder.decode(image, bytes, info, {0, 0, info.width, info.height});
}

uint64_t fnv1a(ByteView bytes) {
  uint64_t digest = 0xCBF29CE484222325;
  for (const uint8_t byte : bytes) digest = (digest ^ byte) * 0x100000001B3;
  return digest;
}

}  // namespace headrace
