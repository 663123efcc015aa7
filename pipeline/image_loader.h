// The loader: a data set in, batches out, in an order that depends on nothing but the options.
//
//   ImageLoaderOptions options{.batch_size = 256, .threads = 16, .seed = 1};
//   auto loader = open_image_loader("imagenet/train", options).value();
//   for (int epoch = 0; epoch < 90; ++epoch)
//     for (BatchPtr& batch : loader->epoch(epoch)) train(*batch);
//
// pipeline/README.md has the picture of how it works.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "headrace/augment/transform.h"
#include "headrace/base/status.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/record_source.h"
#include "headrace/pipeline/bad_samples.h"
#include "headrace/pipeline/batch.h"
#include "headrace/pipeline/epoch_plan.h"
#include "headrace/pipeline/index_use.h"
#include "headrace/pipeline/stage_stats.h"

namespace headrace {

struct ImageLoaderOptions {
  // What everybody sets.
  int batch_size = 32;
  // Workers; 0: every core that is this process's (core_budget() of base/machine.h: affinity,
  // cgroup quota, ranks on this machine). Changes no batch.
  int threads = 0;
  uint64_t seed = 0;

  // Behaviour: these, batch_size, seed, the data and the epoch decide every byte of every batch.
  bool shuffle = true;  // a new order every epoch; false: the data set's own order
  // 0: any record may come anywhere. Else records are read in blocks of so many neighbours, 16
  // blocks at a time mixed with each other: for disks that seek slowly, and for remote storage.
  // Worse for training the fewer windows of 16 blocks the data set has (shuffle_distance()).
  int64_t shuffle_block = 0;
  int rank = 0;  // of `ranks`: takes its slots of each global batch of ranks * batch_size
  int ranks = 1;
  TailPolicy tail = TailPolicy::kDrop;  // what becomes of samples that do not fill a global batch
  BadSampleOptions bad_samples{};       // and of records that cannot be read or decoded
  TransformOptions transform{};
  DecodeOptions decode{};
  // state() of another loader, on the same data with the same options: the first epoch that is
  // started, which must be first_epoch(), goes on where that one stood. Batch size and number of
  // ranks may be others where the global batch (ranks * batch_size) still divides what was done.
  std::string resume_from{};

  // Performance.
  // Finished or in work ahead of the caller; 0: work only inside next(). At the end of an epoch
  // the next one's first batches are among them: the epoch after it, or as far away as the last two
  // that were started.
  int prefetch_batches = 2;
  // No epoch after this one will be asked for, so that none is begun ahead.
  int64_t last_epoch = std::numeric_limits<int64_t>::max();
  // JPEGs: where their rows begin, as the data set's side index has it. By default it is made and
  // grown while epochs run, in a file beside the data or in the cache folder (index_use.h), which
  // several loaders and processes may share. About 2 MiB of memory a loader. Changes no batch, and
  // is never an error: see index_status().
  IndexUse index = IndexUse::kGrow;
  // For the pixels of batches; 0: no limit. A loader settles at prefetch_batches + 1 batches, and
  // needs more only where the caller keeps them. The workers' buffers come on top: one picture
  // each.
  uint64_t memory_budget_bytes = 0;
};

// Threads: one consumer at a time. Batches may be destroyed anywhere, also after the loader.
class ImageLoader {
 public:
  ~ImageLoader();  // stops the workers, waits for the samples in work, drops finished batches

  // Starts epoch `number` >= 0; what is left of the running one is dropped.
  void start_epoch(int64_t number);

  // The next batch of the running epoch, waiting for it if need be.
  //   batch    the next one in order
  //   nullptr  the epoch has ended
  //   error    a sample could not be read or decoded (it is named), or too many could not
  //            (BadSampleOptions), or there is no memory for more; the epoch is over, start_epoch()
  //            begins another. kInvalidArgument: no epoch was started, or none that can be
  Result<BatchPtr> next();

  // Where the loader stands, counting what next() has returned and nothing that was made ahead, for
  // ImageLoaderOptions::resume_from: one line of JSON of at most 512 bytes. After an epoch's last
  // batch it is the next epoch's begin. The cost of going on from there does not depend on it.
  std::string state() const;
  int64_t first_epoch() const;  // the epoch that resume_from stands in; 0 without

  // Starts an epoch and iterates over its batches; an error is thrown as headrace::Error.
  class Epoch;
  Epoch epoch(int64_t number);

  int64_t batches_per_epoch() const;  // of this rank
  const EpochPlan& plan() const;
  // Records that could not be used: in the running epoch as far as next() has gone, or the last
  // one; and since the loader was opened. Threads: those of next().
  const BadSampleCounts& bad_samples_of_epoch() const;
  const BadSampleCounts& bad_samples() const;
  int threads() const;  // workers in use
  const RecordSource& source() const;
  const ImageLoaderOptions& options() const;
  // Ok while rows that are met are added to the data set's side index, which are written at the end
  // of each epoch at the latest. Else why not, which the loader does without: kInvalidArgument
  // where it is not wanted (options, a decoder that uses none, records that carry their own); what
  // open_side_index() or SideIndex::adding() gives. Threads: any.
  Status index_status() const;
  std::string index_path() const;  // of the side index that is used; empty where there is none
  // Per stage: counts and times since the loader was opened.
  StageStats stage_stats() const;
  // Allocated now, in bytes: the pixels of batches, and each worker's encoded and decoded picture.
  uint64_t memory_bytes() const;

 private:
  friend Result<std::unique_ptr<ImageLoader>> open_image_loader(
      std::shared_ptr<const RecordSource> source, const ImageLoaderOptions& options);
  struct State;
  explicit ImageLoader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Opens a loader on a DATA argument (open_record_source) or on any source.
// Errors: what opening the data gives; kInvalidArgument for an option out of range (named).
Result<std::unique_ptr<ImageLoader>> open_image_loader(const std::string& data,
                                                       const ImageLoaderOptions& options);
Result<std::unique_ptr<ImageLoader>> open_image_loader(std::shared_ptr<const RecordSource> source,
                                                       const ImageLoaderOptions& options);

// A range for `for (BatchPtr& batch : loader->epoch(3))`: one pass, move batches out freely.
class ImageLoader::Epoch {
 public:
  struct End {};
  class Iterator {
   public:
    explicit Iterator(ImageLoader* loader) : loader_(loader) { ++*this; }
    BatchPtr& operator*() { return batch_; }
    Iterator& operator++() {
      batch_.reset();  // back to the pool before asking for another
      batch_ = loader_->next().value();
      return *this;
    }
    bool operator!=(End) const { return batch_ != nullptr; }

   private:
    ImageLoader* loader_;
    BatchPtr batch_;
  };
  explicit Epoch(ImageLoader* loader) : loader_(loader) {}
  Iterator begin() { return Iterator(loader_); }
  End end() const { return {}; }

 private:
  ImageLoader* loader_;
};

inline ImageLoader::Epoch ImageLoader::epoch(int64_t number) {
  start_epoch(number);
  return Epoch(this);
}

}  // namespace headrace
