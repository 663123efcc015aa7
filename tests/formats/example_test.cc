#include "headrace/formats/example.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <climits>

#include "headrace/base/keyed_random.h"
#include "records.h"
#include "support/allocation_counter.h"

namespace headrace {
namespace {

using testing::HasSubstr;

// The wire format by hand, an oracle that shares no code with the library:
// a field of wire type 2 is tag, length, bytes.
std::string field(int number, const std::string& bytes) {
  std::string out(1, static_cast<char>(number << 3 | 2));
  size_t length = bytes.size();
  for (; length > 0x7f; length >>= 7) out += static_cast<char>(0x80 | (length & 0x7f));
  return out + static_cast<char>(length) + bytes;
}
std::string bytes_feature(const std::string& value) {
  return field(1, field(1, value));
}
std::string floats_feature() {
  return field(2, field(1, std::string(4, '\0')));
}
std::string packed_integer(const std::string& varints) {
  return field(3, field(1, varints));
}
std::string unpacked_integer(char value) {
  return field(3, std::string("\x08") + value);
}
std::string entry(const std::string& name, const std::string& feature) {
  return field(1, field(1, name) + field(2, feature));
}
std::string example(const std::string& entries) {
  return field(1, entries);
}

const std::string kImage = entry("image/encoded", bytes_feature("JPEG bytes"));
const std::string kLabel = entry("image/class/label", packed_integer("\x07"));

Result<Record> decode(const std::string& bytes, int64_t first_label = 0) {
  Record record;
  HEADRACE_RETURN_IF_ERROR(decode_example(record, as_bytes(bytes), first_label));
  return record;
}

void set_index(Record& record, std::string_view index) {
  record.jpeg_index.resize(index.size());
  std::copy(index.begin(), index.end(), record.jpeg_index.data());
}

Record full_record() {
  Record record = make_record("JPEG bytes", 7, "n01440764", "n01440764/x.jpg");
  record.image_format = "JPEG";
  record.height = 375;
  record.width = 500;
  record.channels = 3;
  return record;
}

TEST(Example, GoldenBytes) {
  const std::string golden =
      example(entry("image/channels", packed_integer("\x03")) + kLabel +
              entry("image/class/text", bytes_feature("n01440764")) + kImage +
              entry("image/filename", bytes_feature("n01440764/x.jpg")) +
              entry("image/format", bytes_feature("JPEG")) +
              entry("image/height", packed_integer("\xf7\x02")) +
              entry("image/width", packed_integer("\xf4\x03")));
  ByteBuffer bytes;
  for (int i = 0; i < 20; ++i) {  // a map's own order may be another every time
    ASSERT_TRUE(encode_example(bytes, full_record()).ok());
    EXPECT_EQ(as_text(bytes.view()), golden);
  }
}

TEST(Example, GoldenBytesWithAnIndex) {
  Record record = make_record("JPEG bytes", 7);
  set_index(record, std::string("in\0dex", 6));
  ByteBuffer bytes;
  ASSERT_TRUE(encode_example(bytes, record).ok());
  EXPECT_EQ(as_text(bytes.view()),
            example(entry("headrace/jpeg_index", bytes_feature(std::string("in\0dex", 6))) +
                    kLabel + kImage));
  Record decoded;
  ASSERT_TRUE(decode_example(decoded, bytes.view()).ok());
  EXPECT_EQ(as_text(decoded.jpeg_index.view()), std::string_view("in\0dex", 6));
  EXPECT_EQ(as_text(decoded.image.view()), "JPEG bytes");
}

TEST(Example, AnIndexThatMakesNoSenseIsNone) {
  const auto index = [](const std::string& feature) {
    Record record = full_record();
    set_index(record, "old");
    const std::string bytes = example(kImage + kLabel + entry("headrace/jpeg_index", feature));
    EXPECT_TRUE(decode_example(record, as_bytes(bytes)).ok());
    return std::string(as_text(record.jpeg_index.view()));
  };
  EXPECT_EQ(index(bytes_feature("index")), "index");
  EXPECT_EQ(index(bytes_feature("")), "");
  EXPECT_EQ(index(field(1, "")), "") << "no value";
  EXPECT_EQ(index(field(1, field(1, "a") + field(1, "b"))), "") << "two values";
  EXPECT_EQ(index(packed_integer("\x07")), "");
  EXPECT_EQ(index(floats_feature()), "");
  const std::string most(kMaxSideBlobBytes, 'x');
  EXPECT_EQ(index(bytes_feature(most)), most);
  EXPECT_EQ(index(bytes_feature(most + "x")), "");
}

TEST(Example, ReadingAllocatesNothingInTheLongRun) {
  Record written = full_record();
  set_index(written, std::string(400, 'x'));
  ByteBuffer bytes;
  ASSERT_TRUE(encode_example(bytes, written).ok());
  Record record;
  ASSERT_TRUE(decode_example(record, bytes.view()).ok());
  const int before = allocations();
  ASSERT_TRUE(decode_example(record, bytes.view()).ok());
  EXPECT_EQ(allocations(), before);
}

TEST(Example, ReadsBackEveryField) {
  ByteBuffer bytes;
  ASSERT_TRUE(encode_example(bytes, full_record()).ok());
  Record record = make_record("old", 1, "old", "old");
  ASSERT_TRUE(decode_example(record, bytes.view()).ok());
  EXPECT_EQ(as_text(record.image.view()), "JPEG bytes");
  EXPECT_EQ(record.label, 7);
  EXPECT_EQ(record.class_name, "n01440764");
  EXPECT_EQ(record.filename, "n01440764/x.jpg");
  EXPECT_EQ(record.image_format, "JPEG");
  EXPECT_EQ(record.height, 375);
  EXPECT_EQ(record.width, 500);
  EXPECT_EQ(record.channels, 3);
}

TEST(Example, OnlyImageAndLabelAreNeeded) {
  Record record = full_record();
  set_index(record, "old");
  ASSERT_TRUE(decode_example(record, as_bytes(example(kImage + kLabel))).ok());
  EXPECT_EQ(as_text(record.image.view()), "JPEG bytes");
  EXPECT_EQ(record.label, 7);
  EXPECT_EQ(record.class_name, "");
  EXPECT_EQ(record.filename, "");
  EXPECT_EQ(record.image_format, "");
  EXPECT_EQ(record.height, 0);
  EXPECT_EQ(record.width, 0);
  EXPECT_EQ(record.channels, 0);
  EXPECT_EQ(record.jpeg_index.size(), 0U);

  ByteBuffer bytes;
  ASSERT_TRUE(encode_example(bytes, make_record("JPEG bytes", 7)).ok());
  EXPECT_EQ(as_text(bytes.view()), example(kLabel + kImage));
}

TEST(Example, TheBytesMayLieInTheRecord) {
  const std::string image(200, 'x');  // moves over everything before it
  const std::string encoded = entry("image/encoded", bytes_feature(image));
  const std::string index = entry("headrace/jpeg_index", bytes_feature("index"));
  const std::string picture = encoded + kLabel;
  for (const std::string& bytes : {example(index + picture), example(picture + index)}) {
    Record record = make_record(bytes, 0);
    ASSERT_TRUE(decode_example(record, record.image.view()).ok());
    EXPECT_EQ(as_text(record.image.view()), image);
    EXPECT_EQ(as_text(record.jpeg_index.view()), "index");
  }
}

TEST(Example, OtherWritersAreUnderstood) {
  // Integers that are not packed, features nobody knows, any order, texts that are not UTF-8.
  const std::string bytes =
      example(entry("image/object/bbox/xmin", floats_feature()) + kImage +
              entry("\xff\xfe", bytes_feature("?")) +
              entry("image/class/text", bytes_feature("\xe9t\xe9")) +
              entry("image/class/label", unpacked_integer('\x07')) + entry("empty", ""));
  const Record record = decode(bytes).value();
  EXPECT_EQ(record.label, 7);
  EXPECT_EQ(record.class_name, "\xe9t\xe9");
}

TEST(Example, LabelsMayStartAtOne) {
  EXPECT_EQ(decode(example(kImage + kLabel), 1).value().label, 6);
  const Status status = decode(example(kImage + kLabel), 8).status();
  EXPECT_EQ(status.code(), StatusCode::kCorruptData);
  EXPECT_EQ(status.message(), "feature image/class/label is 7, classes are numbered from 8");
}

TEST(Example, ErrorsNameTheFeature) {
  const auto message = [](const std::string& entries) {
    const Status status = decode(example(entries)).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    return status.message();
  };
  EXPECT_EQ(message(""), "no feature image/encoded");
  EXPECT_EQ(message(kLabel), "no feature image/encoded");
  EXPECT_EQ(message(kImage), "no feature image/class/label");
  EXPECT_EQ(message(kLabel + entry("image/encoded", packed_integer("\x01"))),
            "feature image/encoded is of the wrong kind");
  EXPECT_EQ(message(kLabel + entry("image/encoded", field(1, ""))),
            "feature image/encoded has not exactly one value");
  EXPECT_EQ(message(kLabel + entry("image/encoded", bytes_feature(""))),
            "feature image/encoded is empty");
  EXPECT_EQ(message(kImage + entry("image/class/label", bytes_feature("7"))),
            "feature image/class/label is of the wrong kind");
  EXPECT_EQ(message(kImage + entry("image/class/label", floats_feature())),
            "feature image/class/label is of the wrong kind");
  EXPECT_EQ(message(kImage + entry("image/class/label", packed_integer("\x01\x02"))),
            "feature image/class/label has not exactly one value");
  EXPECT_EQ(message(kImage + entry("image/class/label",
                                   packed_integer("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))),
            "feature image/class/label is -1, classes are numbered from 0");
}

TEST(Example, SizesThatMakeNoSenseAreNotStored) {
  const std::string minus_one = packed_integer("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  const std::string two_to_31 = packed_integer("\x80\x80\x80\x80\x08");
  const Record record =
      decode(example(kImage + kLabel + entry("image/height", minus_one) +
                     entry("image/width", two_to_31) + entry("image/channels", bytes_feature("3"))))
          .value();
  EXPECT_EQ(record.height, 0);
  EXPECT_EQ(record.width, 0);
  EXPECT_EQ(record.channels, 0);
}

TEST(Example, WhatIsNoExampleIsCorrupt) {
  for (const std::string& bytes :
       {std::string("\xff"), std::string("JPEG bytes"), std::string("\x0a\x7f")}) {
    const Status status = decode(bytes).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    EXPECT_THAT(status.message(), HasSubstr("no tf.Example"));
  }
}

TEST(Example, RecordsThatCannotBeStoredAreRefused) {
  ByteBuffer bytes;
  EXPECT_EQ(encode_example(bytes, make_record("", 0)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(encode_example(bytes, make_record("x", -1)).code(), StatusCode::kInvalidArgument);
  Record large_index = full_record();
  set_index(large_index, std::string(kMaxSideBlobBytes + 1, 'x'));
  EXPECT_EQ(encode_example(bytes, large_index).code(), StatusCode::kResourceExhausted);
}

// Bytes changed, cut out or doubled at random give a record or an error, nothing else (the
// sanitizers watch), and a record keeps the promises of a record.
TEST(Example, MutatedBytesNeverHarm) {
  Record original = full_record();
  set_index(original, "index");
  ByteBuffer good;
  ASSERT_TRUE(encode_example(good, original).ok());
  int records = 0;
  int errors = 0;
  Record record;
  for (uint64_t round = 0; round < 20000; ++round) {
    KeyedRandom random({1, 2, round}, RandomPurpose::kCrop);
    std::string bytes(as_text(good.view()));
    for (uint32_t edits = 1 + random.below(4); edits > 0 && !bytes.empty(); --edits) {
      const size_t at = random.below(static_cast<uint32_t>(bytes.size()));
      const size_t count = random.below(16);
      switch (random.below(4)) {
        case 0:
          bytes[at] = static_cast<char>(random.next_u32());
          break;
        case 1:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
          break;
        case 2:
          bytes.erase(at, count);
          break;
        default:
          bytes.insert(at, bytes.substr(at, count));
      }
    }
    const Status status = decode_example(record, as_bytes(bytes));
    if (status.ok()) {
      ++records;
      EXPECT_GE(record.label, 0);
      EXPECT_GT(record.image.size(), 0U);
      EXPECT_LE(record.image.size() + record.jpeg_index.size(), bytes.size());
    } else {
      ++errors;
      EXPECT_EQ(status.code(), StatusCode::kCorruptData);
    }
  }
  EXPECT_GT(records, 1000);
  EXPECT_GT(errors, 1000);
}

}  // namespace
}  // namespace headrace
