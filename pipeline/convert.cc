#include "headrace/pipeline/convert.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>

#include "headrace/base/machine.h"
#include "headrace/formats/example.h"
#include "headrace/formats/path.h"
#include "headrace/formats/shard_name.h"
#include "headrace/formats/staged_folder.h"
#include "headrace/formats/storage.h"
#include "headrace/formats/tfrecord_writer.h"
#include "headrace/pipeline/worker_threads.h"

namespace headrace {
namespace {

constexpr int64_t kRecordsPerShard = 1251;  // ImageNet's 1,281,167 in its customary 1,024 shards
constexpr int64_t kMostShards = 1024;
constexpr int64_t kProgressStep = 64;  // records between two calls

int choose_shards(int64_t records, int wanted) {
  if (wanted > 0) return wanted;
  return static_cast<int>(
      std::clamp((records + kRecordsPerShard - 1) / kRecordsPerShard, int64_t{1}, kMostShards));
}

std::string upper_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

// One conversion, shared by the threads that write its shards.
class Conversion {
 public:
  Conversion(const RecordSource& source, const ConvertOptions& options, std::string folder,
             std::string stem, int shards)
      : source_(source),
        options_(options),
        folder_(std::move(folder)),
        stem_(std::move(stem)),
        shards_(shards),
        results_(static_cast<size_t>(shards)),
        indexes_(static_cast<size_t>(shards)),
        statuses_(static_cast<size_t>(shards)),
        first_failed_(shards) {}

  // Writes all shards with `threads` threads.
  Status run(int threads) {
    const WorkerThreads workers(threads);
    tbb::task_arena arena(threads);
    arena.execute([&] { tbb::parallel_for(0, shards_, [&](int shard) { run_shard(shard); }); });
    for (const Status& status : statuses_) HEADRACE_RETURN_IF_ERROR(status);
    return Status();
  }

  std::vector<ManifestShard> take_results() { return std::move(results_); }
  IndexCounts indexes() const {
    IndexCounts all;
    for (const IndexCounts& shard : indexes_) all.add(shard);
    return all;
  }

 private:
  void run_shard(int shard) {
    try {
      statuses_[static_cast<size_t>(shard)] = write_shard(shard);
    } catch (const std::bad_alloc&) {
      statuses_[static_cast<size_t>(shard)] = resource_exhausted("not enough memory to convert");
    }
    if (statuses_[static_cast<size_t>(shard)].ok()) return;
    int expected = first_failed_.load();
    while (shard < expected && !first_failed_.compare_exchange_weak(expected, shard)) {
    }
  }

  // A shard gives up when an earlier one has failed; so the error reported is always the first one
  // in the source's order.
  bool overtaken(int shard) const { return first_failed_.load(std::memory_order_relaxed) < shard; }

  Status write_shard(int shard) {
    if (overtaken(shard)) return Status();
    const int64_t begin = source_.size() * shard / shards_;
    const int64_t end = source_.size() * (shard + 1) / shards_;
    const std::string name = format_shard_name(
        {.stem = stem_, .index = shard, .count = shards_, .extension = ".tfrecord"});
    HEADRACE_ASSIGN_OR_RETURN(TfRecordWriter writer,
                              TfRecordWriter::create(local_storage(), join_path(folder_, name)));
    Record record;
    ByteBuffer example;
    ImageDecoder decoder(options_.decode);
    IndexMaker maker(decoder, options_.index_every);
    int64_t unreported = 0;
    for (int64_t i = begin; i < end; ++i) {
      if (options_.stop.stop_requested()) return cancelled("stopped; nothing was left behind");
      if (overtaken(shard)) return Status();
      HEADRACE_RETURN_IF_ERROR(source_.read(record, i));
      const Result<ImageInfo> info = decoder.peek(record.image.view());
      if (!info.ok()) return info.status().annotate(source_.locate(i));
      record.width = info->width;
      record.height = info->height;
      record.channels = info->channels;
      record.image_format = upper_case(image_format_name(info->format));
      if (options_.payload == Payload::kIndexed) {
        const IndexMaker::Outcome outcome = maker.make(record.jpeg_index, record.image.view());
        indexes_[static_cast<size_t>(shard)].count(outcome, record.jpeg_index.size());
      } else {
        record.jpeg_index.resize(0);
      }
      const Status encoded = encode_example(example, record);
      if (!encoded.ok()) return encoded.annotate(source_.locate(i));
      HEADRACE_RETURN_IF_ERROR(writer.append(example.view()));
      if (++unreported == kProgressStep || i + 1 == end) {
        if (options_.on_progress) options_.on_progress(unreported);
        unreported = 0;
      }
    }
    HEADRACE_ASSIGN_OR_RETURN(results_[static_cast<size_t>(shard)], writer.commit());
    return Status();
  }

  const RecordSource& source_;
  const ConvertOptions& options_;
  const std::string folder_;
  const std::string stem_;
  const int shards_;
  std::vector<ManifestShard> results_;  // by shard, each written by one thread
  std::vector<IndexCounts> indexes_;
  std::vector<Status> statuses_;
  std::atomic<int> first_failed_;
};

// What the shards are called: as the target folder is, in letters that every reader takes.
std::string stem_of(const std::string& target) {
  std::error_code error;
  std::filesystem::path path = std::filesystem::absolute(target, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::string stem = path.filename().string();
  stem.erase(0, stem.find_first_not_of('.'));  // a hidden shard would not be read
  for (char& c : stem) {
    if (static_cast<unsigned char>(c) >= 0x80 || std::iscntrl(static_cast<unsigned char>(c)) != 0)
      c = '_';
  }
  return stem.empty() ? "data" : stem;
}

Status check(const RecordSource& source, const ConvertOptions& options) {
  if (source.size() == 0) return not_found("the data set has no records");
  if (options.shards < 0 || options.shards > source.size() || options.shards > 99'999) {
    return invalid_argument(
        "shards is {}: it must be 1 to the number of records ({}), at most 99999", options.shards,
        source.size());
  }
  if (options.threads < 0 || options.threads > 1024) {
    return invalid_argument("threads is {}: it must be 0 to 1024", options.threads);
  }
  if (options.index_every < 0 || options.index_every > kMaxIndexEvery) {
    return invalid_argument("index_every is {}: it must be 0 to {}", options.index_every,
                            kMaxIndexEvery);
  }
  return Status();
}

}  // namespace

std::string_view payload_name(Payload payload) {
  switch (payload) {
    case Payload::kOriginal:
      return "original";
    case Payload::kIndexed:
      return "indexed";
  }
  return "unknown";
}

Result<ConvertResult> convert_to_tfrecord(const RecordSource& source, const std::string& target,
                                          const ConvertOptions& options) {
  HEADRACE_RETURN_IF_ERROR(check(source, options));
  const int shards = choose_shards(source.size(), options.shards);
  const int threads = std::min(options.threads > 0 ? options.threads : available_cores(), shards);
  HEADRACE_ASSIGN_OR_RETURN(StagedFolder folder, StagedFolder::create(target));
  Conversion conversion(source, options, folder.path(), stem_of(target), shards);
  HEADRACE_RETURN_IF_ERROR(conversion.run(threads));

  const Manifest manifest{.format = "tfrecord",
                          .payload = std::string(payload_name(options.payload)),
                          .class_names = source.class_names(),
                          .shards = conversion.take_results(),
                          .source = options.source_name,
                          .software = options.software};
  HEADRACE_RETURN_IF_ERROR(write_manifest(local_storage(), folder.path(), manifest));
  HEADRACE_RETURN_IF_ERROR(folder.commit());
  ConvertResult result{.records = source.size(),
                       .bytes = 0,
                       .shards = shards,
                       .threads = threads,
                       .indexes = conversion.indexes()};
  for (const ManifestShard& shard : manifest.shards) result.bytes += shard.bytes;
  return result;
}

}  // namespace headrace
