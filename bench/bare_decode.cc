// The yardstick: libjpeg-turbo alone, decoding every JPEG of a folder in full to RGB, from memory,
// on one thread, as a user of its plain API would write it. Nothing is cropped, resized or
// normalised.
//
//   bench_bare_decode DATA [--seconds S]
//
// Prints one line of JSON. Whole passes over the data, so that every run has the same mix of
// pictures.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "headrace/base/clock.h"
#include "headrace/base/machine.h"
#include "headrace/report/rate.h"
#include "libjpeg.h"

namespace headrace {
namespace {

struct Picture {
  std::string path;
  std::vector<unsigned char> bytes;
};

struct Data {
  std::vector<Picture> pictures;
  int64_t others = 0;  // files with a JPEG's name and something else in them
  uint64_t bytes = 0;
};

bool has_jpeg_name(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return suffix == ".jpg" || suffix == ".jpeg";
}

bool is_jpeg(const std::vector<unsigned char>& bytes) {
  return bytes.size() > 2 && bytes[0] == 0xFF && bytes[1] == 0xD8;
}

Data read_folder(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           folder, std::filesystem::directory_options::follow_directory_symlink)) {
    if (entry.is_regular_file() && has_jpeg_name(entry.path())) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  Data data;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    Picture picture{path, {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
    if (is_jpeg(picture.bytes)) {
      data.bytes += picture.bytes.size();
      data.pictures.push_back(std::move(picture));
    } else {
      ++data.others;
    }
  }
  return data;
}

struct Arguments {
  std::string folder;
  double seconds = 5;
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--seconds" && i + 1 < argc) {
      const std::string_view value = argv[++i];
      const auto parsed =
          std::from_chars(value.data(), value.data() + value.size(), arguments.seconds);
      if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size()) return {};
    } else if (arguments.folder.empty() && argument.substr(0, 1) != "-") {
      arguments.folder = argument;
    } else {
      return {};
    }
  }
  if (arguments.folder.empty() || !(arguments.seconds > 0)) return {};
  return arguments;
}

int run(const Arguments& arguments) {
  Data data = read_folder(arguments.folder);
  if (data.pictures.empty()) {
    fmt::print(stderr, "bench_bare_decode: {}: no JPEGs here\n", arguments.folder);
    return 1;
  }
  FullDecoder decoder;
  uint64_t pixels = 0;  // of one pass
  const auto decode_all = [&] {
    pixels = 0;
    for (const Picture& picture : data.pictures) {
      decoder.decode(picture.bytes, picture.path);
      pixels += static_cast<uint64_t>(decoder.width()) * static_cast<uint64_t>(decoder.height());
    }
  };
  decode_all();  // warm: buffers, caches, clock rate

  const Nanoseconds begin = steady_clock().now();
  const Nanoseconds cpu_begin = process_cpu_time();
  Nanoseconds elapsed{0};
  int64_t passes = 0;
  while (to_seconds(elapsed) < arguments.seconds) {
    decode_all();
    ++passes;
    elapsed = steady_clock().now() - begin;
  }
  const Nanoseconds cpu = process_cpu_time() - cpu_begin;
  const int64_t images = passes * static_cast<int64_t>(data.pictures.size());
  const double megapixels = static_cast<double>(pixels) * static_cast<double>(passes) / 1e6;
  fmt::print(
      "{{\"command\": \"bare_decode\", \"library\": \"{}\", \"files\": {}, \"not_jpeg\": {}, "
      "\"file_bytes\": {}, \"passes\": {}, \"images\": {}, \"seconds\": {:.6f}, "
      "\"images_per_second\": {:.3f}, \"megapixels_per_second\": {:.3f}, "
      "\"cpu_seconds_per_1000_images\": {:.6f}, \"peak_rss_bytes\": {}}}\n",
      kLibjpegName, data.pictures.size(), data.others, data.bytes, passes, images,
      to_seconds(elapsed), images_per_second(images, elapsed).value_or(0),
      megapixels / to_seconds(elapsed), cpu_seconds_per_1000_images(images, cpu).value_or(0),
      peak_rss_bytes());
  return 0;
}

}  // namespace
}  // namespace headrace

int main(int argc, char** argv) {
  const auto arguments = headrace::parse(argc, argv);
  if (!arguments) {
    fmt::print(stderr, "usage: bench_bare_decode DATA [--seconds S]\n");
    return 2;
  }
  try {
    return headrace::run(*arguments);
  } catch (const std::exception& error) {  // <filesystem> and memory
    fmt::print(stderr, "bench_bare_decode: {}\n", error.what());
    return 1;
  }
}
