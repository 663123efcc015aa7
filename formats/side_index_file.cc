#include "headrace/formats/side_index_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "headrace/formats/crc32c.h"
#include "headrace/formats/file_lock.h"
#include "headrace/formats/little_endian.h"

namespace headrace {
namespace {

constexpr std::string_view kMagic = "HRSIDEIX";
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = 32;  // magic, records, fingerprint, version, CRC-32C
constexpr size_t kWordBytes = 8;
constexpr size_t kFrameBytes = 16;  // in front of a blob: record, length, CRC-32C
constexpr uint64_t kUnit = 8;       // blobs begin at multiples of it
constexpr int kLengthBits = 24;
constexpr uint64_t kMaxFileBytes = kUnit << (64 - kLengthBits);  // what a word can address
constexpr int64_t kMaxRecords = int64_t{1} << 36;
constexpr std::chrono::milliseconds kPatience{2000};

static_assert(kMaxSideBlobBytes < uint64_t{1} << kLengthBits);

using Header = std::array<uint8_t, kHeaderBytes>;
using Frame = std::array<uint8_t, kFrameBytes>;

Header make_header(const SideIndexKey& key, uint32_t version = kVersion) {
  Header header{};
  std::copy(kMagic.begin(), kMagic.end(), header.begin());
  store_little_endian(&header[8], static_cast<uint64_t>(key.records));
  store_little_endian(&header[16], key.fingerprint);
  store_little_endian(&header[24], version);
  store_little_endian(&header[28], crc32c(ByteView(header).first(28)));
  return header;
}

Frame make_frame(int64_t record, ByteView blob) {
  Frame frame{};
  store_little_endian(&frame[0], static_cast<uint64_t>(record));
  store_little_endian(&frame[8], static_cast<uint32_t>(blob.size()));
  store_little_endian(&frame[12], crc32c(blob, crc32c(ByteView(frame).first(12))));
  return frame;
}

uint64_t round_up(uint64_t bytes) {
  return (bytes + kUnit - 1) / kUnit * kUnit;
}

// A word of the table.
struct Place {
  uint64_t offset = 0;  // of the frame, in the file
  uint64_t blob_bytes = 0;

  static Place of(uint64_t word) {
    return {(word >> kLengthBits) * kUnit, word & ((uint64_t{1} << kLengthBits) - 1)};
  }
  uint64_t word() const { return offset / kUnit << kLengthBits | blob_bytes; }
  uint64_t end() const { return offset + kFrameBytes + blob_bytes; }
};

// The number of bytes read: fewer than wanted where the file ends, or on an error.
size_t read_at(int file, MutableByteView out, uint64_t offset) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t count =
        ::pread(file, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

// errno says why not.
bool write_at(int file, ByteView bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<uint64_t>(count);
  }
  return true;
}

// Whether this process may make files of that size: writing more would end it, by SIGXFSZ.
bool may_reach(uint64_t file_bytes) {
  rlimit limit{};
  return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || file_bytes <= limit.rlim_cur;
}

}  // namespace

void SideIndexBatch::add(int64_t record, ByteView blob) {
  entries_.push_back({record, bytes_.size(), blob.size()});
  const Frame frame = make_frame(record, blob);
  bytes_.insert(bytes_.end(), frame.begin(), frame.end());
  bytes_.insert(bytes_.end(), blob.begin(), blob.end());
  bytes_.resize(round_up(bytes_.size()));
}

void SideIndexBatch::clear() {
  bytes_.clear();
  entries_.clear();
}

Status SideIndexFile::cannot(std::string_view what) const {
  return system_error(errno, fmt::format("cannot {} {}", what, path_));
}

uint64_t SideIndexFile::heap_begin() const {
  return kHeaderBytes + static_cast<uint64_t>(key_.records) * kWordBytes;
}

Result<SideIndexFile> SideIndexFile::open(const std::string& path, const SideIndexKey& key,
                                          bool writable) {
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
  const int flags = (writable ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  SideIndexFile file(path, key, FileDescriptor(::open(path.c_str(), flags)));
  if (!file.file_.ok()) return file.cannot("open");
  HEADRACE_RETURN_IF_ERROR(file.check_header());
  return file;
}

Status SideIndexFile::check_header() const {
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return cannot("open");
  if (!S_ISREG(info.st_mode)) return io_error("cannot open {}: not a file", path_);
  Header header{};
  if (read_at(file_.get(), header, 0) != header.size() ||
      !std::equal(kMagic.begin(), kMagic.end(), header.begin())) {
    return corrupt_data("{}: no side index", path_);
  }
  const auto version = load_little_endian<uint32_t>(&header[24]);
  if (header == make_header(key_, version)) {
    if (version != kVersion)
      return unsupported("{}: version {}, this program knows {}", path_, version, kVersion);
    if (static_cast<uint64_t>(info.st_size) < heap_begin())
      return corrupt_data("{}: truncated", path_);
    return {};
  }
  return corrupt_data("{}: of other data, or damaged", path_);
}

Result<SideIndexFile> SideIndexFile::create(const std::string& path, const SideIndexKey& key) {
  if (key.records < 0 || key.records > kMaxRecords)
    return resource_exhausted("{}: {} records are too many", path, key.records);
  const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  SideIndexFile file(path, key, FileDescriptor(::open(path.c_str(), flags, 0666)));
  if (!file.file_.ok()) return file.cannot("create");
  // The table is a hole: where nothing is written it takes no room and reads as zeros.
  if (!may_reach(file.heap_begin())) {
    errno = EFBIG;
  } else if (write_at(file.file_.get(), make_header(key), 0) &&
             ::ftruncate(file.file_.get(), static_cast<off_t>(file.heap_begin())) == 0) {
    return file;
  }
  const Status status = file.cannot("write");
  ::unlink(path.c_str());
  return status;
}

void SideIndexFile::read(ByteBuffer& blob, int64_t record) const {
  blob.resize(0);
  if (record < 0 || record >= records()) return;
  uint8_t word[kWordBytes];
  const uint64_t at = kHeaderBytes + static_cast<uint64_t>(record) * kWordBytes;
  if (read_at(file_.get(), word, at) != sizeof word) return;
  const Place place = Place::of(load_little_endian<uint64_t>(word));
  if (place.blob_bytes == 0) return;
  blob.resize(place.blob_bytes);
  Frame frame{};
  iovec parts[] = {{frame.data(), frame.size()}, {blob.data(), blob.size()}};
  const ssize_t count = ::preadv(file_.get(), parts, 2, static_cast<off_t>(place.offset));
  if (count != static_cast<ssize_t>(frame.size() + blob.size()) ||
      frame != make_frame(record, blob.view())) {
    blob.resize(0);
  }
}

Status SideIndexFile::append(const SideIndexBatch& batch) const {
  const Result<FileLock> lock = FileLock::take(file_.get(), kPatience);
  if (!lock.ok()) return lock.status().annotate(path_);
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) return cannot("write");
  if (info.st_nlink == 0) return io_error("cannot write {}: removed or replaced", path_);
  // The heap ends where the file does. What a killed process left there is no multiple of the unit.
  const uint64_t begin = round_up(static_cast<uint64_t>(info.st_size));
  if (begin < heap_begin()) return corrupt_data("{}: truncated", path_);
  if (begin + batch.size() > kMaxFileBytes || !may_reach(begin + batch.size())) {
    errno = EFBIG;
    return cannot("write");
  }
  if (!write_at(file_.get(), batch.bytes_, begin)) return cannot("write");
  // Only now that the blobs are there, words lead to them.
  for (const SideIndexBatch::Entry& entry : batch.entries_) {
    uint8_t word[kWordBytes];
    store_little_endian(word, Place{begin + entry.offset, entry.blob_bytes}.word());
    const uint64_t at = kHeaderBytes + static_cast<uint64_t>(entry.record) * kWordBytes;
    if (!write_at(file_.get(), word, at)) return cannot("write");
  }
  return {};
}

Result<SideIndexFile::Usage> SideIndexFile::usage() const {
  std::vector<uint8_t> words(size_t{64} << 10);
  Usage usage;
  for (uint64_t at = kHeaderBytes; at < heap_begin(); at += words.size()) {
    words.resize(std::min<uint64_t>(words.size(), heap_begin() - at));
    if (read_at(file_.get(), words, at) != words.size())
      return corrupt_data("{}: truncated", path_);
    struct stat info {};  // after the words: what they lead to is in the file by now
    if (::fstat(file_.get(), &info) != 0) return cannot("read");
    const auto file_bytes = static_cast<uint64_t>(info.st_size);
    usage.heap_bytes = file_bytes - std::min(file_bytes, heap_begin());
    for (size_t i = 0; i < words.size(); i += kWordBytes) {
      const Place place = Place::of(load_little_endian<uint64_t>(&words[i]));
      if (place.blob_bytes == 0 || place.offset < heap_begin() || place.end() > file_bytes)
        continue;
      ++usage.entries;
      usage.live_bytes += round_up(kFrameBytes + place.blob_bytes);
    }
  }
  return usage;
}

}  // namespace headrace
