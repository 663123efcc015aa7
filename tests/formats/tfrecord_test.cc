// Corruption on purpose, byte by byte: a file is written by the real writer, damaged in memory, and
// what is said about it is compared.
#include "headrace/formats/tfrecord.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "headrace/formats/crc32c.h"
#include "headrace/formats/tfrecord_index.h"
#include "headrace/formats/tfrecord_writer.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

// A file in memory.
class MemoryFile final : public RandomAccessFile {
 public:
  explicit MemoryFile(std::string content) : content_(std::move(content)) {}
  const std::string& name() const override { return name_; }
  uint64_t size() const override { return content_.size(); }
  std::string version() const override { return ""; }
  Status read_at(MutableByteView out, uint64_t offset) const override {
    if (offset > size() || out.size() > size() - offset) return corrupt_data("past the end");
    std::memcpy(out.data(), content_.data() + offset, out.size());
    return {};
  }

 private:
  const std::string name_ = "s.tfrecord";
  const std::string content_;
};

// Three records: "alpha" at 0, "" at 21, "gamma ray" at 37; the file ends at 62.
class TfRecordTest : public testing::Test {
 protected:
  TfRecordTest() {
    const TempFolder temp;
    TfRecordWriter writer = TfRecordWriter::create(local_storage(), temp / "s.tfrecord").value();
    for (const std::string_view data : {"alpha", "", "gamma ray"})
      EXPECT_TRUE(writer.append(as_bytes(data)).ok());
    EXPECT_TRUE(writer.commit().ok());
    content_ = temp.read("s.tfrecord");
  }

  void set_byte(size_t at, uint8_t value) { content_[at] = static_cast<char>(value); }
  void flip_byte(size_t at) { content_[at] = static_cast<char>(content_[at] ^ 0x40); }
  void truncate(size_t size) { content_.resize(size); }
  // Writes a length whose checksum is right.
  void set_length(size_t at, uint64_t length) {
    for (size_t i = 0; i < 8; ++i) set_byte(at + i, static_cast<uint8_t>(length >> (8 * i)));
    const uint32_t crc = mask_crc32c(crc32c(as_bytes(content_).subspan(at, 8)));
    for (size_t i = 0; i < 4; ++i) set_byte(at + 8 + i, static_cast<uint8_t>(crc >> (8 * i)));
  }

  MemoryFile file() const { return MemoryFile(content_); }
  Status scan() const { return scan_tfrecord(file()).status(); }
  // Reads a record without an index.
  Status read(uint64_t offset) const {
    const MemoryFile memory = file();
    HEADRACE_ASSIGN_OR_RETURN(const RecordSpan span, read_tfrecord_header(memory, offset));
    ByteBuffer buffer;
    return read_tfrecord(buffer, memory, span).status();
  }
  // Reads a record whose place is known.
  Status read(const RecordSpan& span, DataCheck check = DataCheck::kChecksum) const {
    ByteBuffer buffer;
    return read_tfrecord(buffer, file(), span, check).status();
  }

  std::string content_;
};

constexpr RecordSpan kAlpha{0, 21};
constexpr RecordSpan kEmpty{21, 16};
constexpr RecordSpan kGamma{37, 25};

TEST_F(TfRecordTest, ReadsWhatWasWritten) {
  const MemoryFile memory = file();
  const TfRecordIndex index = scan_tfrecord(memory).value();
  ASSERT_EQ(index.size(), 3);
  EXPECT_EQ(index.span(0), kAlpha);
  EXPECT_EQ(index.span(1), kEmpty);
  EXPECT_EQ(index.span(2), kGamma);
  EXPECT_EQ(index.file_bytes(), memory.size());
  ByteBuffer buffer;
  EXPECT_EQ(as_text(read_tfrecord(buffer, memory, kAlpha).value()), "alpha");
  EXPECT_EQ(as_text(read_tfrecord(buffer, memory, kEmpty).value()), "");
  EXPECT_EQ(as_text(read_tfrecord(buffer, memory, kGamma).value()), "gamma ray");
}

// The worked example of formats/README.md.
TEST_F(TfRecordTest, GoldenBytes) {
  const uint8_t golden[] = {0x05, 0,    0,    0,    0,   0, 0, 0,  //
                            0xea, 0xb2, 0x04, 0x3e,                //
                            'a',  'l',  'p',  'h',  'a',           //
                            0x8a, 0xdc, 0x85, 0x01};
  EXPECT_EQ(content_.substr(0, sizeof golden), as_text(golden));
}

TEST_F(TfRecordTest, AnyFlippedByteIsNoticed) {
  const std::string good = content_;
  for (size_t at = 0; at < good.size(); ++at) {
    content_ = good;
    flip_byte(at);
    const RecordSpan span = at < 21 ? kAlpha : at < 37 ? kEmpty : kGamma;
    const Status status = read(span);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << at;
    EXPECT_THAT(status.message(),
                StartsWith(fmt::format("s.tfrecord @ {}: bad {} checksum", span.offset,
                                       at - span.offset < 12 ? "length" : "data")));
    for (const RecordSpan& other : {kAlpha, kEmpty, kGamma})
      EXPECT_EQ(read(other).ok(), other != span) << at;
  }
}

TEST_F(TfRecordTest, ScanStopsAtABadLengthAndNotAtBadData) {
  flip_byte(12);  // data of the first
  EXPECT_TRUE(scan().ok());
  flip_byte(21);  // length of the second
  EXPECT_THAT(scan().message(), StartsWith("s.tfrecord @ 21: bad length checksum: stored "));
}

TEST_F(TfRecordTest, DataCheckCanBeLeftOut) {
  flip_byte(12);
  EXPECT_FALSE(read(kAlpha).ok());
  EXPECT_TRUE(read(kAlpha, DataCheck::kNone).ok());
  flip_byte(8);
  EXPECT_FALSE(read(kAlpha, DataCheck::kNone).ok()) << "lengths are always checked";
}

TEST_F(TfRecordTest, TruncationIsNoticedWhereverItIs) {
  const std::string good = content_;
  for (size_t size = 0; size < good.size(); ++size) {
    content_ = good;
    truncate(size);
    EXPECT_EQ(scan().ok(), size == 0 || size == 21 || size == 37) << size;
    const Status status = read(kGamma);
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_EQ(
        status.message(),
        fmt::format("s.tfrecord @ 37: truncated: 25 bytes wanted, the file ends at {}", size));
  }
  content_ = good;
  truncate(37 + 11);
  EXPECT_EQ(scan().message(), "s.tfrecord @ 37: truncated: 11 of the header's 12 bytes are there");
  content_ = good;
  truncate(37 + 24);
  EXPECT_EQ(scan().message(), "s.tfrecord @ 37: truncated: 24 of the record's 25 bytes are there");
  EXPECT_EQ(read(99).message(), "s.tfrecord @ 99: truncated: 0 of the header's 12 bytes are there");
}

TEST_F(TfRecordTest, AGarbageLengthIsNotBelieved) {
  for (size_t i = 0; i < 8; ++i) set_byte(i, 0xff);
  const Status status = read(0);
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_THAT(status.message(), StartsWith("s.tfrecord @ 0: bad length checksum"));
}

TEST_F(TfRecordTest, ALengthWithARightChecksumIsMeasuredAgainstTheFile) {
  set_length(37, 10);  // one byte more than there is
  EXPECT_EQ(scan().message(), "s.tfrecord @ 37: truncated: 25 of the record's 26 bytes are there");
  EXPECT_EQ(read(kGamma).message(), "s.tfrecord @ 37: the record has 26 bytes, its index says 25");
  for (const uint64_t length : {kMaxTfRecordBytes + 1, UINT64_MAX - 20, UINT64_MAX}) {
    set_length(37, length);
    EXPECT_EQ(scan().code(), StatusCode::kResourceExhausted);
    EXPECT_THAT(scan().message(),
                StartsWith(fmt::format("s.tfrecord @ 37: a record of {}", length)));
  }
}

TEST_F(TfRecordTest, ASpanIsForeignToo) {
  EXPECT_EQ(read(RecordSpan{0, 15}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(read(RecordSpan{0, UINT64_MAX}).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(read(RecordSpan{UINT64_MAX - 5, 21}).code(), StatusCode::kCorruptData);
  EXPECT_EQ(read(RecordSpan{0, 22}).message(),
            "s.tfrecord @ 0: the record has 21 bytes, its index says 22");
  EXPECT_THAT(read(RecordSpan{1, 21}).message(), HasSubstr("s.tfrecord @ 1: bad length checksum"));
}

TEST_F(TfRecordTest, ACompressedFileIsCalledSo) {
  content_ = std::string("\x1f\x8b\x08") + content_;
  EXPECT_EQ(scan().code(), StatusCode::kUnsupported);
  EXPECT_THAT(scan().message(), HasSubstr("gzip"));
}

TEST(TfRecordWriter, WritesFileIndexAndSums) {
  const TempFolder temp;
  TfRecordWriter writer = TfRecordWriter::create(local_storage(), temp / "s.tfrecord").value();
  EXPECT_TRUE(writer.append(as_bytes("alpha")).ok());
  EXPECT_TRUE(writer.append(as_bytes("gamma ray")).ok());
  EXPECT_EQ(writer.records(), 2);
  EXPECT_EQ(writer.bytes(), 46U);
  const ManifestShard shard = writer.commit().value();
  EXPECT_EQ(shard.name, "s.tfrecord");
  EXPECT_EQ(shard.records, 2);
  EXPECT_EQ(shard.bytes, 46U);
  EXPECT_EQ(shard.crc32c, crc32c(as_bytes(temp.read("s.tfrecord"))));
  EXPECT_EQ(temp.read("s.tfrecord.idx"), "0 21\n21 25\n");
  EXPECT_THAT(temp.names(), ElementsAre("s.tfrecord", "s.tfrecord.idx"));
}

TEST(TfRecordWriter, LeavesNoTraceWithoutCommit) {
  const TempFolder temp;
  {
    TfRecordWriter writer = TfRecordWriter::create(local_storage(), temp / "s.tfrecord").value();
    EXPECT_TRUE(writer.append(as_bytes("alpha")).ok());
  }
  EXPECT_THAT(temp.names(), ElementsAre());
}

TEST(TfRecordWriter, RefusesARecordOverTheCap) {
  const uint8_t nothing = 0;
  const ByteView too_much(&nothing, kMaxTfRecordBytes + 1);  // its size alone is looked at
  EXPECT_EQ(frame_tfrecord(too_much).status().code(), StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace headrace
