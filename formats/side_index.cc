#include "headrace/formats/side_index.h"

#include <utility>

#include "headrace/formats/side_index_file.h"

namespace headrace {
namespace {

constexpr size_t kBatchBytes = size_t{1} << 20;

}  // namespace

SideIndex::SideIndex(SideIndexFile file, Status adding)
    : file_(std::make_unique<SideIndexFile>(std::move(file))),
      accepts_(adding.ok()),
      adding_(std::move(adding)),
      collected_(std::make_unique<SideIndexBatch>()),
      written_(std::make_unique<SideIndexBatch>()) {}

SideIndex::~SideIndex() {
  write_batch(1);
}

void SideIndex::read(ByteBuffer& blob, int64_t record) const {
  file_->read(blob, record);
}

void SideIndex::add(int64_t record, ByteView blob) {
  if (!accepts_ || record < 0 || record >= records()) return;
  if (blob.empty() || blob.size() > kMaxSideBlobBytes) return;
  {
    const MutexLock lock(mutex_);
    collected_->add(record, blob);
    if (collected_->size() < kBatchBytes) return;
  }
  // Threads that get here while another one writes wait for it: so memory is bounded.
  write_batch(kBatchBytes);
}

Status SideIndex::flush() {
  write_batch(1);
  return adding();
}

void SideIndex::write_batch(size_t least_bytes) {
  const MutexLock writing(writing_);
  {
    const MutexLock lock(mutex_);
    if (collected_->size() < least_bytes) return;
    std::swap(collected_, written_);
  }
  Status status = accepts_ ? file_->append(*written_) : Status();
  written_->clear();
  if (status.ok()) return;
  accepts_ = false;
  const MutexLock lock(mutex_);
  adding_ = std::move(status);
}

Status SideIndex::adding() const {
  const MutexLock lock(mutex_);
  return adding_;
}

int64_t SideIndex::entries() const {
  const Result<SideIndexFile::Usage> usage = file_->usage();
  return usage.ok() ? usage->entries : 0;
}

int64_t SideIndex::records() const {
  return file_->records();
}

const std::string& SideIndex::path() const {
  return file_->path();
}

}  // namespace headrace
