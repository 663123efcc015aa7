#include "headrace/pipeline/image_loader.h"

#include <optional>

#include "headrace/base/machine.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/batch_pool.h"
#include "headrace/pipeline/loader_engine.h"
#include "headrace/pipeline/loader_state.h"
#include "headrace/pipeline/sample_worker.h"

namespace headrace {
namespace {

Status check_range(const char* option, int64_t value, int64_t least, int64_t greatest) {
  if (value >= least && value <= greatest) return Status();
  return invalid_argument("{} is {}: it must be {} to {}", option, value, least, greatest);
}

Status check(const ImageLoaderOptions& options) {
  HEADRACE_RETURN_IF_ERROR(check_range("batch_size", options.batch_size, 1, 1 << 16));
  HEADRACE_RETURN_IF_ERROR(check_range("threads", options.threads, 0, 1024));
  HEADRACE_RETURN_IF_ERROR(check_range("prefetch_batches", options.prefetch_batches, 0, 1024));
  HEADRACE_RETURN_IF_ERROR(check_range("ranks", options.ranks, 1, 1 << 20));
  HEADRACE_RETURN_IF_ERROR(
      check_range("shuffle_block", options.shuffle_block, 0, int64_t{1} << 40));
  HEADRACE_RETURN_IF_ERROR(check_range("rank", options.rank, 0, options.ranks - 1));
  return Status();
}

bool uses_index(JpegDecoderChoice decoder) {
  return decoder == JpegDecoderChoice::kAuto || decoder == JpegDecoderChoice::kOwn;
}

Result<std::unique_ptr<SideIndex>> open_index(const RecordSource& source,
                                              const ImageLoaderOptions& options) {
  if (options.index == IndexUse::kOff) return invalid_argument("no index is wanted");
  if (!uses_index(options.decode.jpeg_decoder)) {
    return invalid_argument("the decoder that was chosen uses no index");
  }
  if (source.payload() == "indexed") return invalid_argument("the records carry their own index");
  return open_side_index(
      source, kJpegIndexKind,
      options.index == IndexUse::kGrow ? SideIndexMode::kReadWrite : SideIndexMode::kRead);
}

Result<EpochPlan> make_plan(const RecordSource& source, const ImageLoaderOptions& options) {
  const EpochPlan plan(source.size(), options.batch_size, options.rank, options.ranks,
                       options.tail);
  if (plan.batches() > 0) return plan;
  if (options.tail == TailPolicy::kUneven) {
    return invalid_argument(
        "the data set has {} records, and rank {} of {} with batches of {} gets none of them: "
        "lower the batch size, or pad",
        source.size(), options.rank, options.ranks, options.batch_size);
  }
  return invalid_argument(
      "the data set has {} records, less than one global batch of {} (batch size {} x {} ranks): "
      "lower the batch size",
      source.size(), plan.global_batch(), options.batch_size, options.ranks);
}

Status check_memory(const ImageLoaderOptions& options) {
  const uint64_t budget = options.memory_budget_bytes;
  const uint64_t batch = BatchPool(options.batch_size, options.transform.size).batch_bytes();
  if (budget == 0 || batch <= budget) return {};
  return resource_exhausted(
      "one batch needs {} bytes and memory_budget_bytes is {}: lower batch_size or size, or raise "
      "the budget",
      batch, budget);
}

Result<std::optional<LoaderState>> read_resume(const RecordSource& source,
                                               const ImageLoaderOptions& options,
                                               const EpochPlan& plan) {
  if (options.resume_from.empty()) return std::optional<LoaderState>();
  HEADRACE_ASSIGN_OR_RETURN(const LoaderState state, parse_token(options.resume_from));
  if (const uint64_t data = source.fingerprint(); state.data != data) {
    return invalid_argument(
        "resume_from is of other data: their fingerprint is {:016x}, that of these is {:016x} (it "
        "changes with files added, removed or renamed, and differs between a folder and records)",
        state.data, data);
  }
  if (const uint64_t wanted = options_fingerprint(options); state.options != wanted) {
    return invalid_argument(
        "resume_from is of a loader with other options: their fingerprint is {:016x}, that of "
        "these is {:016x} (of seed, shuffle, tail, bad samples, transform and decode)",
        state.options, wanted);
  }
  if (state.samples % plan.global_batch() != 0) {
    return invalid_argument(
        "resume_from stands after {} samples of epoch {}, which is no whole number of global "
        "batches of {} (batch size {} x {} ranks): choose them so that it is",
        state.samples, state.epoch, plan.global_batch(), options.batch_size, options.ranks);
  }
  if (state.samples / plan.global_batch() > plan.batches()) {
    return invalid_argument(
        "resume_from stands after {} samples of epoch {}, which has no more than {}", state.samples,
        state.epoch, plan.batches() * plan.global_batch());
  }
  return std::optional<LoaderState>(state);
}

}  // namespace

// In the order of use: each uses what stands before it, and goes before it.
struct ImageLoader::State {
  State(std::shared_ptr<const RecordSource> records, const ImageLoaderOptions& options,
        const EpochPlan& plan, Transform of_options, BadSampleLog bad_samples,
        const std::optional<LoaderState>& resume)
      : source(std::move(records)),
        transform(std::move(of_options)),
        side_index(open_index(*source, options)),
        engine(
            *source, options, plan, [&] { return make_worker(options); }, [this] { flush(); },
            std::move(bad_samples), resume) {}

  std::unique_ptr<SampleFiller> make_worker(const ImageLoaderOptions& options) const {
    return std::make_unique<SampleWorker>(*source, transform, options.decode, options.index,
                                          side_index.ok() ? side_index->get() : nullptr);
  }
  // Why it fails, if it does, index_status() says.
  void flush() const {
    if (side_index.ok()) static_cast<void>((*side_index)->flush());
  }

  const std::shared_ptr<const RecordSource> source;
  const Transform transform;
  const Result<std::unique_ptr<SideIndex>> side_index;
  LoaderEngine engine;
};

Result<std::unique_ptr<ImageLoader>> open_image_loader(std::shared_ptr<const RecordSource> source,
                                                       const ImageLoaderOptions& options) {
  HEADRACE_RETURN_IF_ERROR(check(options));
  HEADRACE_ASSIGN_OR_RETURN(Transform transform, Transform::create(options.transform));
  ImageLoaderOptions resolved = options;
  if (resolved.threads == 0) resolved.threads = core_budget().cores;
  if (source->size() == 0) return not_found("the data set has no records");
  HEADRACE_ASSIGN_OR_RETURN(const EpochPlan plan, make_plan(*source, resolved));
  HEADRACE_RETURN_IF_ERROR(check_memory(resolved));
  HEADRACE_ASSIGN_OR_RETURN(const std::optional<LoaderState> resume,
                            read_resume(*source, resolved, plan));
  HEADRACE_ASSIGN_OR_RETURN(
      BadSampleLog bad_samples,
      BadSampleLog::open(resolved.bad_samples, *source, plan.samples(), resolved.rank));
  return std::unique_ptr<ImageLoader>(new ImageLoader(std::make_unique<ImageLoader::State>(
      std::move(source), resolved, plan, std::move(transform), std::move(bad_samples), resume)));
}

Result<std::unique_ptr<ImageLoader>> open_image_loader(const std::string& data,
                                                       const ImageLoaderOptions& options) {
  HEADRACE_ASSIGN_OR_RETURN(std::unique_ptr<RecordSource> source, open_record_source(data));
  return open_image_loader(std::shared_ptr<const RecordSource>(std::move(source)), options);
}

ImageLoader::ImageLoader(std::unique_ptr<State> state) : state_(std::move(state)) {}
ImageLoader::~ImageLoader() = default;

void ImageLoader::start_epoch(int64_t number) {
  state_->engine.start_epoch(number);
}
Result<BatchPtr> ImageLoader::next() {
  return state_->engine.next();
}
std::string ImageLoader::state() const {
  return to_token(state_->engine.state());
}
int64_t ImageLoader::first_epoch() const {
  return state_->engine.first_epoch();
}
int64_t ImageLoader::batches_per_epoch() const {
  return state_->engine.plan().batches();
}
const EpochPlan& ImageLoader::plan() const {
  return state_->engine.plan();
}
const BadSampleCounts& ImageLoader::bad_samples_of_epoch() const {
  return state_->engine.bad_samples().epoch_counts();
}
const BadSampleCounts& ImageLoader::bad_samples() const {
  return state_->engine.bad_samples().counts();
}
int ImageLoader::threads() const {
  return state_->engine.options().threads;
}
const RecordSource& ImageLoader::source() const {
  return *state_->source;
}
const ImageLoaderOptions& ImageLoader::options() const {
  return state_->engine.options();
}
Status ImageLoader::index_status() const {
  const auto& index = state_->side_index;
  return index.ok() ? (*index)->adding() : index.status();
}
std::string ImageLoader::index_path() const {
  const auto& index = state_->side_index;
  return index.ok() ? (*index)->path() : std::string();
}
StageStats ImageLoader::stage_stats() const {
  return state_->engine.stage_stats();
}
uint64_t ImageLoader::memory_bytes() const {
  return state_->engine.memory_bytes();
}

}  // namespace headrace
