#include "fake_source.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace headrace {
namespace {

std::vector<std::string> load_pictures() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(HEADRACE_TEST_DATA "/sign-digits/val")) {
    if (entry.path().extension() == ".JPG") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> pictures;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    pictures.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return pictures;
}

const std::vector<std::string>& pictures() {
  static const std::vector<std::string> loaded = load_pictures();
  return loaded;
}

void fill(ByteBuffer& buffer, const std::string& bytes) {
  buffer.resize(bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer.data());
}

}  // namespace

FakeSource::FakeSource(int64_t size) : size_(size) {
  for (int i = 0; i < 10; ++i) class_names_.push_back(std::to_string(i));
}

Status FakeSource::read(Record& record, int64_t index) const {
  ++reads;
  const int now = ++reading;
  for (int most = most_reading; most < now && !most_reading.compare_exchange_weak(most, now);) {
  }
  struct Leave {
    std::atomic<int>& reading;
    ~Leave() { --reading; }
  } const leave{reading};
  if (const auto delay = delays.find(index); delay != delays.end()) {
    std::this_thread::sleep_for(delay->second);
  }
  if (const auto failure = failures.find(index); failure != failures.end()) {
    return failure->second.annotate(locate(index));
  }
  fill(record.image, picture(index));
  record.label = index % 10;
  record.jpeg_index.resize(0);
  if (const auto own = index_of.find(index); own != index_of.end()) {
    fill(record.jpeg_index, own->second);
  }
  return Status();
}

const std::string& FakeSource::picture(int64_t index) const {
  const auto other = bytes_of.find(index);
  return other != bytes_of.end() ? other->second
                                 : pictures()[static_cast<size_t>(index) % pictures().size()];
}

}  // namespace headrace
