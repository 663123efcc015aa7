#include "headrace/pipeline/build_index.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <new>

#include "headrace/base/machine.h"
#include "headrace/base/mutex.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/index_use.h"
#include "headrace/pipeline/worker_threads.h"

namespace headrace {
namespace {

constexpr int64_t kBlock = 16;  // records that a thread claims at once

// One run, shared by its threads.
class Build {
 public:
  Build(const RecordSource& source, SideIndex& index, const BuildIndexOptions& options)
      : source_(source), index_(index), options_(options) {}

  Status run(int threads) {
    const WorkerThreads workers(threads);
    tbb::task_arena arena(threads);
    try {
      arena.execute([&] { tbb::parallel_for(0, threads, [&](int) { claim_blocks(); }); });
    } catch (const std::bad_alloc&) {
      return resource_exhausted("not enough memory to make an index");
    }
    MutexLock lock(mutex_);
    return failure_;
  }

  void report(BuildIndexResult& result) {
    MutexLock lock(mutex_);
    result.looked_at = looked_at_;
    result.indexes = indexes_;
    result.in_records = in_records_;
    result.damaged = damaged_;
    for (auto& [record, problem] : problems_) result.problems.push_back(std::move(problem));
  }

 private:
  // A thread's own.
  struct Worker {
    Worker(const DecodeOptions& decode, int every) : decoder(decode), maker(decoder, every) {}
    ImageDecoder decoder;
    IndexMaker maker;
    Record record;
    ByteBuffer index;
    Image pixel;
    int64_t in_records = 0;
    IndexCounts indexes;
  };

  void claim_blocks() {
    Worker worker(options_.decode, options_.every);
    while (!ended_.load(std::memory_order_relaxed) && !options_.stop.stop_requested()) {
      const int64_t begin = next_.fetch_add(kBlock, std::memory_order_relaxed);
      if (begin >= source_.size()) break;
      run_block(worker, begin, std::min(begin + kBlock, source_.size()));
    }
    MutexLock lock(mutex_);
    indexes_.add(worker.indexes);
    in_records_ += worker.in_records;
  }

  void run_block(Worker& worker, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Status status;
      try {
        status = run_record(worker, i);
      } catch (const std::bad_alloc&) {
        status = resource_exhausted("{}: not enough memory", source_.locate(i));
      }
      if (!status.ok()) add_problem(i, status);
    }
    if (const Status adding = index_.adding(); needed_ && !adding.ok()) fail(adding);
    looked_at_ += end - begin;
    if (options_.on_progress) options_.on_progress(end - begin);
  }

  // An error is the record's.
  Status run_record(Worker& worker, int64_t i) {
    HEADRACE_RETURN_IF_ERROR(source_.read(worker.record, i));
    const ByteView picture = worker.record.image.view();
    const Result<ImageInfo> info = worker.decoder.peek(picture);
    if (!info.ok()) return info.status().annotate(source_.locate(i));
    if (worker.record.jpeg_index.size() != 0) {
      ++worker.in_records;
      return Status();
    }
    index_.read(worker.index, i);
    const IndexMaker::Outcome outcome = worker.maker.make(worker.index, picture);
    if (outcome.reason == DecodeReason::kData || outcome.reason == DecodeReason::kHeader) {
      // Whether it is damaged libjpeg says, which to decode the last row must decode all.
      const Status damage =
          worker.decoder.decode(worker.pixel, picture, *info, {0, info->height - 1, 1, 1});
      if (!damage.ok()) return damage.annotate(source_.locate(i));
    }
    if (outcome.reason == DecodeReason::kNone && !outcome.kept) {
      needed_ = true;
      index_.add(i, worker.index.view());
    }
    worker.indexes.count(outcome, worker.index.size());
    return Status();
  }

  void add_problem(int64_t record, const Status& status) {
    MutexLock lock(mutex_);
    ++damaged_;
    problems_.emplace(record, status.message());
    if (problems_.size() > BuildIndexResult::kProblemsKept) problems_.erase(--problems_.end());
  }

  void fail(const Status& status) {
    ended_ = true;
    MutexLock lock(mutex_);
    if (failure_.ok()) failure_ = status;
  }

  const RecordSource& source_;
  SideIndex& index_;
  const BuildIndexOptions& options_;
  std::atomic<int64_t> next_{0};
  std::atomic<int64_t> looked_at_{0};
  std::atomic<bool> ended_{false};
  std::atomic<bool> needed_{false};  // something was there to be added

  Mutex mutex_;
  Status failure_ HEADRACE_GUARDED_BY(mutex_);
  IndexCounts indexes_ HEADRACE_GUARDED_BY(mutex_);
  int64_t in_records_ HEADRACE_GUARDED_BY(mutex_) = 0;
  int64_t damaged_ HEADRACE_GUARDED_BY(mutex_) = 0;
  std::map<int64_t, std::string> problems_ HEADRACE_GUARDED_BY(mutex_);  // by record
};

Status check(const BuildIndexOptions& options) {
  if (options.every < 0 || options.every > kMaxIndexEvery) {
    return invalid_argument("every is {}: it must be 0 to {}", options.every, kMaxIndexEvery);
  }
  if (options.threads < 0 || options.threads > 1024) {
    return invalid_argument("threads is {}: it must be 0 to 1024", options.threads);
  }
  return Status();
}

}  // namespace

Result<BuildIndexResult> build_index(const RecordSource& source, const BuildIndexOptions& options) {
  HEADRACE_RETURN_IF_ERROR(check(options));
  BuildIndexResult result;
  result.records = source.size();
  result.threads = options.threads > 0 ? options.threads : available_cores();
  if (source.payload() == "indexed") {
    result.looked_at = source.size();
    result.in_records = source.size();
    return result;
  }
  HEADRACE_ASSIGN_OR_RETURN(const auto index,
                            open_side_index(source, kJpegIndexKind, SideIndexMode::kReadWrite));
  result.path = index->path();
  Build build(source, *index, options);
  HEADRACE_RETURN_IF_ERROR(build.run(result.threads));
  build.report(result);
  const Status written = index->flush();
  if (!written.ok() && result.indexes.made > 0) return written;
  result.stopped = result.looked_at < source.size();
  return result;
}

}  // namespace headrace
