// The engine behind ImageLoader: samples to slots on oneTBB, batches out in order.
//
//        next()                         arena of `threads` workers
//   ┌───────────────┐  one task a sample   ┌──────────────────────────────────────────┐
//   │ schedule(): a ├─────────────────────►│ run_sample(): claims the next sample in  │
//   │ free batch,   │                      │ order, read → peek → plan → decode →     │
//   │ its N ids     │◄─────────────────────┤ finish into its slot                     │
//   └──────┬────────┘  last slot: done     └──────────────────────────────────────────┘
//          ▼ the oldest batch, when done
//
// A task is "the next sample", not a given one, so samples start strictly in order whatever the
// scheduler does with tasks, and the oldest batch is always the first to be finished.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <oneapi/tbb/task_arena.h>

#include "headrace/base/mutex.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/batch_pool.h"
#include "headrace/pipeline/epoch_order.h"
#include "headrace/pipeline/image_loader.h"
#include "headrace/pipeline/sample_worker.h"
#include "headrace/pipeline/worker_threads.h"

namespace headrace {

// Threads: start_epoch() and next() from one at a time; the rest from many.
class LoaderEngine {
 public:
  // Options and transform have been checked by open_image_loader(). `side_index` is the source's,
  // or why there is none.
  LoaderEngine(std::shared_ptr<const RecordSource> source, const ImageLoaderOptions& options,
               Transform transform, Result<std::unique_ptr<SideIndex>> side_index);
  ~LoaderEngine();

  void start_epoch(int64_t number);
  Result<BatchPtr> next();

  int64_t batches_per_epoch() const { return batches_per_epoch_; }
  const RecordSource& source() const { return *source_; }
  const ImageLoaderOptions& options() const { return options_; }
  Status index_status() const;
  std::string index_path() const;
  StageStats stage_stats() const;
  uint64_t memory_bytes() const;

 private:
  // A batch on its way: filled by workers, taken by next() when `remaining` has become 0.
  struct Pending {
    BatchPtr batch;
    std::atomic<int> remaining{0};
    std::atomic<Nanoseconds::rep> started{0};  // of the first sample
    std::atomic<Nanoseconds::rep> cpu{0};
    Mutex mutex;
    bool done HEADRACE_GUARDED_BY(mutex) = false;
    int failed_slot HEADRACE_GUARDED_BY(mutex) = -1;  // the first in batch order, for one outcome
    Status failure HEADRACE_GUARDED_BY(mutex);
    Condition became_done;
  };

  Pending& pending(int64_t batch) { return *ring_[static_cast<size_t>(batch) % ring_.size()]; }
  // Starts batches until `ahead` are in work or done; as many as the memory budget allows.
  void schedule(int64_t ahead);
  // A free batch, or a new one; null where there is no memory for it.
  BatchPtr take_batch();
  Status no_memory_for_a_batch() const;
  void fill_ids(Batch& batch, int64_t index) const;
  void run_sample();
  void finish_sample(Pending& p, int slot, const Status& status);
  // Waits until batch `index` is done; how it went.
  Status wait_for(int64_t index);
  // Lets every sample in work end, soon, and drops what is there.
  void drain();
  // No sample of it is in work any more.
  void end_epoch();

  const std::shared_ptr<const RecordSource> source_;
  const ImageLoaderOptions options_;
  const Transform transform_;
  const int64_t batches_per_epoch_;
  const std::shared_ptr<BatchPool> pool_;
  const Result<std::unique_ptr<SideIndex>> side_index_;  // before the workers, which add to it
  const WorkerThreads worker_threads_;
  tbb::task_arena arena_;
  std::vector<std::unique_ptr<SampleWorker>> workers_;  // by place in the arena

  // Set by the consumer while no sample is in work; read by workers.
  int64_t epoch_ = 0;
  std::optional<EpochOrder> order_;
  std::vector<std::unique_ptr<Pending>> ring_;  // batch b of the epoch is in ring_[b % size]

  // The consumer's own.
  int64_t scheduled_ = 0;  // batches of this epoch that were started
  int64_t taken_ = 0;      // of these, handed out
  bool running_ = false;   // an epoch was started and has not ended

  std::atomic<int64_t> next_sample_{0};  // in epoch order over this rank's batches
  std::atomic<bool> cancelled_{false};
  std::atomic<Nanoseconds::rep> input_wait_{0};
  std::atomic<int64_t> input_waits_{0};
};

}  // namespace headrace
