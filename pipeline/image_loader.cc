#include "headrace/pipeline/image_loader.h"

#include "headrace/base/machine.h"
#include "headrace/formats/side_index.h"
#include "headrace/pipeline/loader_engine.h"

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
  HEADRACE_RETURN_IF_ERROR(check_range("rank", options.rank, 0, options.ranks - 1));
  if (!options.drop_last && options.ranks > 1) {
    return invalid_argument(
        "drop_last = false with {} ranks would give the ranks different numbers of batches: use "
        "drop_last = true, or one rank",
        options.ranks);
  }
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

}  // namespace

Result<std::unique_ptr<ImageLoader>> open_image_loader(std::shared_ptr<const RecordSource> source,
                                                       const ImageLoaderOptions& options) {
  HEADRACE_RETURN_IF_ERROR(check(options));
  HEADRACE_ASSIGN_OR_RETURN(Transform transform, Transform::create(options.transform));
  ImageLoaderOptions resolved = options;
  if (resolved.threads == 0) resolved.threads = available_cores();
  if (source->size() == 0) return not_found("the data set has no records");

  Result<std::unique_ptr<SideIndex>> index = open_index(*source, resolved);
  auto engine = std::make_unique<LoaderEngine>(std::move(source), resolved, std::move(transform),
                                               std::move(index));
  if (engine->batches_per_epoch() == 0) {
    return invalid_argument(
        "the data set has {} records, less than one global batch of {} (batch size {} x {} ranks): "
        "lower the batch size",
        engine->source().size(), int64_t{options.batch_size} * options.ranks, options.batch_size,
        options.ranks);
  }
  const BatchPool one(resolved.batch_size, resolved.transform.size);
  if (options.memory_budget_bytes != 0 && one.batch_bytes() > options.memory_budget_bytes) {
    return resource_exhausted(
        "one batch needs {} bytes and memory_budget_bytes is {}: lower batch_size or size, or "
        "raise "
        "the budget",
        one.batch_bytes(), options.memory_budget_bytes);
  }
  return std::unique_ptr<ImageLoader>(new ImageLoader(std::move(engine)));
}

Result<std::unique_ptr<ImageLoader>> open_image_loader(const std::string& data,
                                                       const ImageLoaderOptions& options) {
  HEADRACE_ASSIGN_OR_RETURN(std::unique_ptr<RecordSource> source, open_record_source(data));
  return open_image_loader(std::shared_ptr<const RecordSource>(std::move(source)), options);
}

ImageLoader::ImageLoader(std::unique_ptr<LoaderEngine> engine) : engine_(std::move(engine)) {}
ImageLoader::~ImageLoader() = default;

void ImageLoader::start_epoch(int64_t number) {
  engine_->start_epoch(number);
}
Result<BatchPtr> ImageLoader::next() {
  return engine_->next();
}
int64_t ImageLoader::batches_per_epoch() const {
  return engine_->batches_per_epoch();
}
int ImageLoader::threads() const {
  return engine_->options().threads;
}
const RecordSource& ImageLoader::source() const {
  return engine_->source();
}
const ImageLoaderOptions& ImageLoader::options() const {
  return engine_->options();
}
Status ImageLoader::index_status() const {
  return engine_->index_status();
}
std::string ImageLoader::index_path() const {
  return engine_->index_path();
}
StageStats ImageLoader::stage_stats() const {
  return engine_->stage_stats();
}
uint64_t ImageLoader::memory_bytes() const {
  return engine_->memory_bytes();
}

}  // namespace headrace
