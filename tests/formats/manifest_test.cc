#include "headrace/formats/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headrace/base/keyed_random.h"
#include "temp_folder.h"

namespace headrace {
namespace {

using testing::ElementsAre;

Manifest make_manifest() {
  Manifest manifest;
  manifest.format = "tfrecord";
  manifest.payload = "original";
  manifest.class_names = {"cat", "d\"og"};
  manifest.shards = {{"t-00000-of-00002.tfrecord", 2, 9000, 0x01c291caU},
                     {"t-00001-of-00002.tfrecord", 1, 4000, std::nullopt}};
  manifest.source = "folder:/data";
  manifest.software = "headrace 0.1.0";
  return manifest;
}

constexpr char kGolden[] = R"({
  "format_version": 1,
  "format": "tfrecord",
  "payload": "original",
  "class_names": [
    "cat",
    "d\"og"
  ],
  "shards": [
    {
      "name": "t-00000-of-00002.tfrecord",
      "records": 2,
      "bytes": 9000,
      "crc32c": "01c291ca"
    },
    {
      "name": "t-00001-of-00002.tfrecord",
      "records": 1,
      "bytes": 4000
    }
  ],
  "source": "folder:/data",
  "software": "headrace 0.1.0"
}
)";

TEST(Manifest, GoldenText) {
  EXPECT_EQ(format_manifest(make_manifest()), kGolden);
}

TEST(Manifest, ReadsBackEveryField) {
  const Manifest manifest = parse_manifest(kGolden).value();
  EXPECT_EQ(manifest.format, "tfrecord");
  EXPECT_EQ(manifest.payload, "original");
  EXPECT_THAT(manifest.class_names, ElementsAre("cat", "d\"og"));
  ASSERT_EQ(manifest.shards.size(), 2U);
  EXPECT_EQ(manifest.shards[0].name, "t-00000-of-00002.tfrecord");
  EXPECT_EQ(manifest.shards[0].records, 2);
  EXPECT_EQ(manifest.shards[0].bytes, 9000U);
  EXPECT_EQ(manifest.shards[0].crc32c, 0x01c291caU);
  EXPECT_EQ(manifest.shards[1].crc32c, std::nullopt);
  EXPECT_EQ(manifest.source, "folder:/data");
  EXPECT_EQ(manifest.software, "headrace 0.1.0");
}

TEST(Manifest, NamesThatAreNoUtf8DoNotStopIt) {
  Manifest manifest = make_manifest();
  manifest.class_names = {"\xe9t\xe9"};
  EXPECT_THAT(parse_manifest(format_manifest(manifest)).value().class_names,
              ElementsAre("\xef\xbf\xbdt\xef\xbf\xbd"));
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text = kGolden;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Manifest, ErrorsSayWhatIsWrong) {
  const auto message = [](const std::string& text) {
    const Status status = parse_manifest(text).status();
    EXPECT_EQ(status.code(), StatusCode::kCorruptData) << text;
    return status.message();
  };
  EXPECT_EQ(message(""), "no JSON object");
  EXPECT_EQ(message("[1]"), "no JSON object");
  EXPECT_EQ(message("{\"format_version\": 1"), "no JSON object");
  EXPECT_EQ(message("{}"), "\"format_version\" is no whole number");
  EXPECT_EQ(message(replaced("\"original\"", "7")), "\"payload\" is no text");
  EXPECT_EQ(message(replaced("\"cat\"", "7")), "\"class_names\" holds something that is no text");
  EXPECT_EQ(message(replaced("9000", "-9000")), "shard 0: \"bytes\" is no whole number");
  EXPECT_EQ(message(replaced("9000", "9000.5")), "shard 0: \"bytes\" is no whole number");
  EXPECT_EQ(message(replaced("9000", "1")),
            "shard 0: t-00000-of-00002.tfrecord has more records than bytes");
  EXPECT_EQ(message(replaced("9000", "18446744073709551615")),
            "shard 0: t-00000-of-00002.tfrecord is too large");
  EXPECT_EQ(message(replaced("01c291ca", "1c291ca")),
            "shard 0: \"crc32c\" is not eight hexadecimal digits");
  EXPECT_EQ(message(replaced("01c291ca", "0x1c291c")),
            "shard 0: \"crc32c\" is not eight hexadecimal digits");
  EXPECT_EQ(message(replaced("t-00001", "t-00000")), "t-00000-of-00002.tfrecord is there twice");
  for (const char* name : {"", ".", "..", "../x", "/etc/passwd", "a/b", "a\\u0000b"}) {
    EXPECT_EQ(message(replaced("t-00000-of-00002.tfrecord", name)),
              "shard 0: \"name\" is no file name");
  }
}

TEST(Manifest, ANewerOneIsNotGuessedAt) {
  const Status status =
      parse_manifest(replaced("\"format_version\": 1", "\"format_version\": 2")).status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_EQ(status.message(), "format version 2, this program knows 1");
}

TEST(Manifest, UnknownKeysAreFineUnlessDeep) {
  EXPECT_TRUE(parse_manifest(replaced("\"payload\"", "\"extra\": {\"a\": [1]}, \"payload\"")).ok());
  EXPECT_FALSE(parse_manifest(std::string(1 << 20, '[')).ok());
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  EXPECT_FALSE(
      parse_manifest(replaced("\"payload\"", "\"extra\": " + deep + ", \"payload\"")).ok());
}

TEST(Manifest, MutatedTextNeverHarms) {
  int errors = 0;
  for (uint64_t round = 0; round < 5000; ++round) {
    KeyedRandom random({3, 2, round}, RandomPurpose::kCrop);
    std::string text = kGolden;
    const size_t at = random.below(static_cast<uint32_t>(text.size()));
    switch (random.below(3)) {
      case 0:
        text[at] = static_cast<char>(random.next_u32());
        break;
      case 1:
        text.erase(at, random.below(20));
        break;
      default:
        text.insert(at, text.substr(random.below(300), random.below(20)));
    }
    errors += !parse_manifest(text).ok();
  }
  EXPECT_GT(errors, 1000);
}

TEST(Manifest, LivesBesideTheShards) {
  const TempFolder temp;
  EXPECT_EQ(read_manifest(local_storage(), temp.path()).value(), std::nullopt);
  ASSERT_TRUE(write_manifest(local_storage(), temp.path(), make_manifest()).ok());
  EXPECT_THAT(temp.names(), ElementsAre("headrace.json"));
  EXPECT_EQ(read_manifest(local_storage(), temp.path()).value()->shards.size(), 2U);
  temp.write("headrace.json", "nonsense");
  EXPECT_EQ(read_manifest(local_storage(), temp.path()).status().message(),
            temp / "headrace.json" + ": no JSON object");
}

}  // namespace
}  // namespace headrace
