// The yardstick: libjpeg-turbo alone, decoding every JPEG of a folder in full to RGB, from memory,
// on one thread, as a user of its plain API would write it. Nothing is cropped, resized or
// normalised.
//
//   bench_bare_decode DATA [--seconds S]
//
// Prints one line of JSON. Whole passes over the data, so that every run has the same mix of
// pictures.
#include <fmt/core.h>

#include <cstdio>

#include <jpeglib.h>  // after <cstdio>, which it needs and does not include

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
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

namespace headrace {
namespace {

#define HEADRACE_TEXT_OF(value) HEADRACE_TEXT_OF_IMPL(value)
#define HEADRACE_TEXT_OF_IMPL(value) #value
#ifdef LIBJPEG_TURBO_VERSION
constexpr const char* kLibrary = "libjpeg-turbo " HEADRACE_TEXT_OF(LIBJPEG_TURBO_VERSION);
#else
constexpr const char* kLibrary = "libjpeg, not turbo";
#endif

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

// libjpeg must not return from a fatal error; a benchmark has nothing to save.
[[noreturn]] void stop(j_common_ptr decoder) {
  char message[JMSG_LENGTH_MAX];
  decoder->err->format_message(decoder, message);
  const auto* picture = static_cast<const Picture*>(decoder->client_data);
  fmt::print(stderr, "bench_bare_decode: {}: {}\n", picture->path, message);
  std::exit(1);
}

void ignore_warning(j_common_ptr, int) {}

class Decoder {
 public:
  Decoder() {
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = stop;
    errors_.emit_message = ignore_warning;
    jpeg_create_decompress(&decoder_);
  }
  ~Decoder() { jpeg_destroy_decompress(&decoder_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void decode(Picture& picture) {
    decoder_.client_data = &picture;
    jpeg_mem_src(&decoder_, picture.bytes.data(), picture.bytes.size());
    jpeg_read_header(&decoder_, TRUE);
    // libjpeg gives no RGB for CMYK: those few pictures stay CMYK, which flatters it.
    decoder_.out_color_space = decoder_.num_components == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&decoder_);
    const size_t stride = size_t{decoder_.output_width} * decoder_.output_components;
    pixels_.resize(std::max(pixels_.size(), stride * decoder_.output_height));
    rows_.resize(decoder_.output_height);
    for (size_t y = 0; y < rows_.size(); ++y) rows_[y] = pixels_.data() + y * stride;
    while (decoder_.output_scanline < decoder_.output_height) {
      jpeg_read_scanlines(&decoder_, &rows_[decoder_.output_scanline],
                          decoder_.output_height - decoder_.output_scanline);
    }
    pixels_decoded_ += uint64_t{decoder_.output_width} * decoder_.output_height;
    jpeg_finish_decompress(&decoder_);
  }

  uint64_t pixels_decoded() const { return pixels_decoded_; }

 private:
  jpeg_decompress_struct decoder_{};
  jpeg_error_mgr errors_{};
  std::vector<JSAMPLE> pixels_;
  std::vector<JSAMPROW> rows_;
  uint64_t pixels_decoded_ = 0;
};

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
  Decoder decoder;
  for (Picture& picture : data.pictures)
    decoder.decode(picture);  // warm: buffers, caches, clock rate

  const uint64_t pixels_before = decoder.pixels_decoded();
  const Nanoseconds begin = steady_clock().now();
  const Nanoseconds cpu_begin = process_cpu_time();
  Nanoseconds elapsed{0};
  int64_t passes = 0;
  while (to_seconds(elapsed) < arguments.seconds) {
    for (Picture& picture : data.pictures) decoder.decode(picture);
    ++passes;
    elapsed = steady_clock().now() - begin;
  }
  const Nanoseconds cpu = process_cpu_time() - cpu_begin;
  const int64_t images = passes * static_cast<int64_t>(data.pictures.size());
  const double megapixels = static_cast<double>(decoder.pixels_decoded() - pixels_before) / 1e6;
  fmt::print(
      "{{\"command\": \"bare_decode\", \"library\": \"{}\", \"files\": {}, \"not_jpeg\": {}, "
      "\"file_bytes\": {}, \"passes\": {}, \"images\": {}, \"seconds\": {:.6f}, "
      "\"images_per_second\": {:.3f}, \"megapixels_per_second\": {:.3f}, "
      "\"cpu_seconds_per_1000_images\": {:.6f}, \"peak_rss_bytes\": {}}}\n",
      kLibrary, data.pictures.size(), data.others, data.bytes, passes, images, to_seconds(elapsed),
      images_per_second(images, elapsed).value_or(0), megapixels / to_seconds(elapsed),
      cpu_seconds_per_1000_images(images, cpu).value_or(0), peak_rss_bytes());
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
