// The engine behind ImageLoader: samples to slots on oneTBB, batches out in order.
//
//        next()                         arena of `threads` workers
//   ┌───────────────┐  one task a slot     ┌──────────────────────────────────────────┐
//   │ schedule(): a ├─────────────────────►│ run_slot(): claims the next slot in      │
//   │ free batch,   │                      │ order, read → peek → plan → decode →     │
//   │ its N ids     │◄─────────────────────┤ finish into it                           │
//   └──────┬────────┘  last slot: done     └──────────────────────────────────────────┘
//          ▼ the oldest batch, when done
//
// Batches form one stream over all epochs: at the end of one the first of the next are begun. A
// task is "the next slot of the stream", not a given one, so samples start strictly in order
// whatever the scheduler does with tasks, and the oldest batch is always the first to be finished.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <oneapi/tbb/task_arena.h>

#include "headrace/base/mutex.h"
#include "headrace/pipeline/bad_sample_log.h"
#include "headrace/pipeline/batch_pool.h"
#include "headrace/pipeline/epoch_order.h"
#include "headrace/pipeline/epoch_plan.h"
#include "headrace/pipeline/image_loader.h"
#include "headrace/pipeline/loader_state.h"
#include "headrace/pipeline/sample_filler.h"
#include "headrace/pipeline/worker_threads.h"

namespace headrace {

// Threads: start_epoch(), next(), state() and the bad samples from one at a time; the rest from
// many.
class LoaderEngine {
 public:
  using MakeFiller = std::function<std::unique_ptr<SampleFiller>()>;

  // The options have been checked by open_image_loader(). `make_filler` is called for each worker.
  // `at_epoch_end` is called by whoever calls next() or start_epoch(). `bad_samples` is about
  // `source`, which must outlive the engine. `resume` is where to begin; none: with epoch 0.
  LoaderEngine(const RecordSource& source, const ImageLoaderOptions& options, const EpochPlan& plan,
               const MakeFiller& make_filler, std::function<void()> at_epoch_end,
               BadSampleLog bad_samples, std::optional<LoaderState> resume);
  ~LoaderEngine();

  void start_epoch(int64_t number);
  Result<BatchPtr> next();
  LoaderState state() const;
  int64_t first_epoch() const { return resume_ ? resume_->epoch : 0; }

  const EpochPlan& plan() const { return plan_; }
  const BadSampleLog& bad_samples() const { return bad_samples_; }
  const ImageLoaderOptions& options() const { return options_; }
  StageStats stage_stats() const;
  uint64_t memory_bytes() const;

 private:
  struct BadSlot {
    int slot = 0;
    int64_t record = 0;
    Status reason{};
    bool hopeless = false;  // not the data's fault, or nothing could be found in its place
  };

  // A batch on its way: filled by workers, taken by next() when `remaining` has become 0.
  struct Pending {
    BatchPtr batch;
    std::atomic<int> remaining{0};
    std::atomic<Nanoseconds::rep> started{0};  // of the first sample
    std::atomic<Nanoseconds::rep> cpu{0};
    Mutex mutex;
    bool done HEADRACE_GUARDED_BY(mutex) = false;
    std::vector<BadSlot> bad HEADRACE_GUARDED_BY(mutex);  // in any order
    Condition became_done;
  };

  // A place in the stream, and the order of its epoch.
  struct Place {
    int64_t epoch = 0;
    int64_t batch = 0;  // of the epoch
    EpochOrder order;
  };

  Pending& pending(int64_t number) { return *ring_[static_cast<size_t>(number) % ring_.size()]; }
  Place begin_of(int64_t epoch, int64_t batch) const;
  // Whether the next batch of the stream is `batch` of `epoch`.
  bool continues_with(int64_t epoch, int64_t batch);
  // Moves the end of the stream into the next epoch, if it is to be begun already.
  bool enter_next_epoch();
  // Starts batches until `ahead` are in work or done; as many as the memory budget allows.
  void schedule(int64_t ahead);
  // A free batch, or a new one; null where there is no memory for it.
  BatchPtr take_batch();
  Status no_memory_for_a_batch() const;
  void fill_ids(Batch& batch, const Place& place) const;
  void run_slot();
  void run_sample(Pending& p, int slot);
  // Makes the slot's sample out of `record`; `key` stays that of the slot's own record.
  Status fill_slot(Pending& p, int slot, SampleFiller& filler, int64_t record,
                   const RandomKey& key);
  // Fills the slot of a bad sample with another record.
  Status replace(Pending& p, int slot, SampleFiller& filler, const RandomKey& key);
  void finish_slot(Pending& p);
  // Counts for the statistics what next() finds.
  void look_ahead();
  // Waits until batch `number` of the stream is done.
  void wait_for(int64_t number);
  // Takes what the policy says about the batch's bad samples.
  Status settle(Batch& batch, std::vector<BadSlot> bad);
  // Lets every sample in work end, soon, and drops what is there.
  void drain();
  // next() has nothing more to give.
  void end_epoch();

  const RecordSource& source_;
  const ImageLoaderOptions options_;
  const EpochPlan plan_;
  const std::shared_ptr<BatchPool> pool_;
  const std::function<void()> at_epoch_end_;
  const std::optional<LoaderState> resume_;
  const uint64_t data_fingerprint_;
  const uint64_t options_fingerprint_;
  const WorkerThreads worker_threads_;
  tbb::task_arena arena_;
  std::vector<std::unique_ptr<SampleFiller>> fillers_;  // by place in the arena

  // Set up by the consumer before a batch's tasks are enqueued; then the workers'.
  std::vector<std::unique_ptr<Pending>> ring_;  // batch n of the stream is in ring_[n % size]

  // The consumer's own.
  BadSampleLog bad_samples_;
  std::optional<Place> end_;  // where the stream goes on; none: no epoch was started
  int64_t scheduled_ = 0;     // batches of the stream that were started
  int64_t taken_ = 0;         // of these, handed out or dropped
  int64_t epoch_ = 0;         // that was started
  int64_t batch_ = 0;         // of it, to be handed out next
  int64_t epoch_step_ = 1;    // from the epoch before to this one
  int64_t bad_in_epoch_ = 0;  // bad samples in the batches that were handed out
  bool running_ = false;      // an epoch was started and has not ended
  bool started_ = false;      // some epoch was
  Status refused_;            // why the epoch that was asked for cannot be

  std::atomic<int64_t> next_slot_{0};  // of the stream: batch x batch size + slot
  std::atomic<bool> cancelled_{false};
  std::atomic<Nanoseconds::rep> input_wait_{0};
  std::atomic<int64_t> input_waits_{0};
  std::atomic<int64_t> batches_late_{0};
  std::atomic<int64_t> batches_ready_{0};
  std::atomic<int64_t> batches_ahead_{0};
};

}  // namespace headrace
