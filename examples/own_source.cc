// Two things of one's own: a record source, and a step of augmentation.
//
// The source reads pictures that a text file lists, each line "LABEL PATH" with the path as seen
// from the list's folder. All that a loader does works with it: shuffling, ranks, exact resume, the
// side index. The step puts a grey square somewhere over each picture.
#include <headrace/base/keyed_random.h>
#include <headrace/formats/fingerprint.h>
#include <headrace/formats/record_source.h>
#include <headrace/pipeline/image_loader.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using headrace::RandomKey;
using headrace::Record;
using headrace::RecordPlace;
using headrace::Result;
using headrace::SideFileHome;
using headrace::Status;

// Workers call it all at once: whatever is const here changes nothing.
class ListedPictures final : public headrace::RecordSource {
 public:
  static Result<std::shared_ptr<const ListedPictures>> open(const std::string& list) {
    std::ifstream file(list);
    if (!file) return headrace::not_found("cannot open {}", list);
    auto source = std::make_shared<ListedPictures>(list);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      std::istringstream words(line);
      Picture picture;
      if (!(words >> picture.label >> std::ws) || !std::getline(words, picture.path) ||
          picture.label < 0) {
        return headrace::corrupt_data("{}:{}: a line is LABEL PATH", list, number);
      }
      source->fingerprint_.add(static_cast<uint64_t>(picture.label));
      source->fingerprint_.add(picture.path);
      source->pictures_.push_back(std::move(picture));
    }
    return std::shared_ptr<const ListedPictures>(std::move(source));
  }
  explicit ListedPictures(const std::filesystem::path& list)
      : folder_(list.parent_path()), list_name_(list.filename()) {}

  std::string_view format() const override { return "list"; }
  std::string_view payload() const override { return "original"; }
  int64_t size() const override { return static_cast<int64_t>(pictures_.size()); }
  const std::vector<std::string>& class_names() const override { return no_names_; }
  uint64_t fingerprint() const override { return fingerprint_.value(); }
  // Beside the list. {} would do too: no side index, so later epochs are no faster than the first.
  SideFileHome side_file_home() const override {
    return {.folder = folder_.empty() ? "." : folder_.string(), .name = list_name_};
  }
  RecordPlace place(int64_t index) const override {
    return {.file = (folder_ / pictures_[static_cast<size_t>(index)].path).string()};
  }

  Status read(Record& record, int64_t index) const override {
    if (index < 0 || index >= size()) return headrace::invalid_argument("no record {}", index);
    const std::string path = place(index).file;
    std::error_code error;
    const uint64_t bytes = std::filesystem::file_size(path, error);
    if (error) return headrace::system_error(error.value(), "cannot read " + path);
    if (bytes > headrace::kMaxImageBytes) return headrace::resource_exhausted("{}: too big", path);
    record.image.resize(bytes);
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(record.image.data()),
                   static_cast<std::streamsize>(bytes))) {
      return headrace::io_error("cannot read {}", path);
    }
    // The record held another one before: all its fields are to be this one's.
    const Picture& picture = pictures_[static_cast<size_t>(index)];
    record.label = picture.label;
    record.class_name.clear();
    record.filename = picture.path;
    record.width = record.height = record.channels = 0;  // not known without the picture's header
    record.image_format.clear();
    record.jpeg_index.resize(0);
    return Status();
  }

 private:
  struct Picture {
    int64_t label = 0;
    std::string path;
  };
  std::filesystem::path folder_;
  std::string list_name_;
  std::vector<Picture> pictures_;
  std::vector<std::string> no_names_;
  headrace::Fingerprint fingerprint_;
};

// Random erasing: a quarter of the side each way becomes 0, the mean colour. Where, depends on
// seed, epoch and record alone, so that it is the same for any number of threads and after a
// resume.
void erase_square(float* image, int side, const RandomKey& key) {
  headrace::KeyedRandom random(key, headrace::RandomPurpose::kOwn);
  const auto length = static_cast<uint32_t>(side / 4);
  const uint32_t places = static_cast<uint32_t>(side) - length + 1;
  const uint32_t left = random.below(places);
  const uint32_t top = random.below(places);
  for (uint32_t plane = 0; plane < 3; ++plane) {
    for (uint32_t y = top; y < top + length; ++y) {
      std::fill_n(image + (plane * side + y) * side + left, length, 0.0F);
    }
  }
}

Status run(const std::string& list, int threads) {
  HEADRACE_ASSIGN_OR_RETURN(const auto source, ListedPictures::open(list));
  const headrace::ImageLoaderOptions options{.batch_size = 32,
                                             .threads = threads,
                                             .seed = 1,
                                             .tail = headrace::TailPolicy::kUneven,
                                             .transform = {.size = 64}};
  HEADRACE_ASSIGN_OR_RETURN(const auto loader, headrace::open_image_loader(source, options));
  for (int epoch = 0; epoch < 2; ++epoch) {
    loader->start_epoch(epoch);
    int images = 0;
    double sum = 0;
    for (;;) {  // the loop for those who like their errors as values
      HEADRACE_ASSIGN_OR_RETURN(headrace::BatchPtr batch, loader->next());
      if (batch == nullptr) break;
      for (int i = 0; i < batch->size(); ++i) {
        float* image = batch->images() + static_cast<size_t>(i) * batch->floats_per_sample();
        const auto record = static_cast<uint64_t>(batch->ids()[static_cast<size_t>(i)]);
        erase_square(image, batch->width(), {options.seed, static_cast<uint64_t>(epoch), record});
        sum = std::accumulate(image, image + batch->floats_per_sample(), sum);
      }
      images += batch->size();
    }
    std::printf("epoch %d: %d images, sum of all values %.6f\n", epoch, images, sum);
  }
  return Status();
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 3 ? std::atoi(argv[2]) : 1;
  if (argc < 2 || argc > 3 || argv[1][0] == '-' || threads < 1) {
    std::fprintf(stderr, "usage: own_source LIST [THREADS]      LIST has lines LABEL PATH\n");
    return 2;
  }
  try {
    const Status status = run(argv[1], threads);
    if (status.ok()) return 0;
    std::fprintf(stderr, "own_source: %s\n", status.message().c_str());
  } catch (const std::exception& error) {  // out of memory
    std::fprintf(stderr, "own_source: %s\n", error.what());
  }
  return 1;
}
