// The loader with a side index: the same batches, the same errors, in less time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "environment.h"
#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/build_index.h"
#include "headrace/pipeline/image_loader.h"
#include "index_data.h"

namespace headrace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kRecords = 96;
constexpr int kEpochs = 3;

ImageLoaderOptions options_with(IndexUse use, int threads = 2) {
  ImageLoaderOptions options;
  options.batch_size = 8;
  options.threads = threads;
  options.seed = 1;
  options.transform.size = 32;
  options.index = use;
  options.prefetch_batches = 0;  // nothing is begun ahead: decoded pictures can be counted
  return options;
}

std::unique_ptr<ImageLoader> open(std::shared_ptr<const RecordSource> source,
                                  const ImageLoaderOptions& options) {
  return open_image_loader(std::move(source), options).value();
}

void run_epoch(ImageLoader& loader, int64_t epoch) {
  for (BatchPtr& batch : loader.epoch(epoch)) ASSERT_NE(batch, nullptr);
}

std::string digest_of(ImageLoader& loader) {
  BatchDigest digest;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    for (BatchPtr& batch : loader.epoch(epoch)) digest.add(*batch);
  }
  return digest.hex();
}

int64_t pictures(const ImageLoader& loader, DecodePath path) {
  int64_t sum = 0;
  for (const auto& entry : loader.stage_stats().decoder_paths.entries()) {
    if (entry.route.path == path) sum += entry.pictures;
  }
  return sum;
}

class LoaderIndex : public testing::Test {
 protected:
  LoaderIndex() { environment_.set("HEADRACE_CACHE", cache_.path()); }

  const TempFolder folder_;
  const TempFolder cache_;
  Environment environment_;
  // Photographs, one that only libjpeg decodes, and one that is no JPEG.
  const std::shared_ptr<FakeSource> source_ = [&] {
    auto source = make_source(kRecords, folder_);
    source->bytes_of[5] = make_picture({.width = 90, .height = 70, .progressive = true});
    source->bytes_of[6] = make_picture({.width = 90, .height = 270, .restart_interval = 3});
    return source;
  }();
};

TEST_F(LoaderIndex, BatchesAreTheSameHoweverMuchIsKnown) {
  const auto plain = open(source_, options_with(IndexUse::kOff, 1));
  const std::string expected = digest_of(*plain);
  EXPECT_EQ(pictures(*plain, DecodePath::kOwnIndexed), 0);
  EXPECT_THAT(folder_.names(), IsEmpty());

  for (const int threads : {1, 3}) {
    std::filesystem::remove(folder_ / kIndexName);
    for (const char* state : {"growing", "grown", "grown more"}) {
      const auto growing = open(source_, options_with(IndexUse::kGrow, threads));
      EXPECT_EQ(digest_of(*growing), expected) << state;
      EXPECT_GT(pictures(*growing, DecodePath::kOwnIndexed), kRecords) << state;
    }
    for (const int every : {0, 2}) {
      ASSERT_TRUE(build_index(*source_, {.every = every}).ok());
      for (const IndexUse use : {IndexUse::kGrow, IndexUse::kRead}) {
        const auto complete = open(source_, options_with(use, threads));
        const std::string before = folder_.read(kIndexName);
        EXPECT_EQ(digest_of(*complete), expected);
        EXPECT_EQ(pictures(*complete, DecodePath::kOwnIndexed), kEpochs * (kRecords - 1));
        EXPECT_EQ(folder_.read(kIndexName), before) << "nothing left to add";
      }
    }
  }
}

TEST_F(LoaderIndex, RecordsThatCarryTheirOwnNeedNoFile) {
  const std::string expected = digest_of(*open(source_, options_with(IndexUse::kOff)));
  for (int64_t i = 0; i < kRecords; ++i) source_->index_of[i] = complete_index(source_->picture(i));
  source_->index_of[9] = "forged";
  source_->index_of[10] = complete_index(source_->picture(11));  // stale
  source_->stored_payload = "indexed";
  for (const int threads : {1, 3}) {
    const auto loader = open(source_, options_with(IndexUse::kGrow, threads));
    EXPECT_EQ(digest_of(*loader), expected);
    EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), kEpochs * (kRecords - 3));
    EXPECT_EQ(loader->index_status().code(), StatusCode::kInvalidArgument);
  }
  const auto off = open(source_, options_with(IndexUse::kOff));
  EXPECT_EQ(digest_of(*off), expected);
  EXPECT_EQ(pictures(*off, DecodePath::kOwnIndexed), 0) << "off means off";
  EXPECT_THAT(folder_.names(), IsEmpty());
}

TEST_F(LoaderIndex, ARecordsOwnComesBeforeWhatTheFileHas) {
  ASSERT_TRUE(build_index(*source_, {}).ok());
  source_->index_of[0] = "forged";
  const auto loader = open(source_, options_with(IndexUse::kGrow));
  run_epoch(*loader, 0);
  EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), kRecords - 2);
  EXPECT_EQ(stored_indexes(*source_)[0], complete_index(source_->picture(0)));
}

TEST_F(LoaderIndex, WhatAnEpochMeetsIsThereWhenItEnds) {
  const auto loader = open(source_, options_with(IndexUse::kGrow));
  EXPECT_TRUE(loader->index_status().ok());
  EXPECT_EQ(loader->index_path(), folder_ / kIndexName);
  run_epoch(*loader, 0);
  EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), 0);
  int64_t known = 0;
  for (const std::string& index : stored_indexes(*source_)) known += index.empty() ? 0 : 1;
  EXPECT_EQ(known, kRecords - 1);
  run_epoch(*loader, 1);
  EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), kRecords - 1);
}

TEST_F(LoaderIndex, AnEpochThatIsLeftKeepsWhatItMetToo) {
  auto loader = open(source_, options_with(IndexUse::kGrow));
  for (BatchPtr& batch : loader->epoch(0)) {
    if (batch->index() == 3) break;
  }
  loader.reset();
  int64_t known = 0;
  for (const std::string& index : stored_indexes(*source_)) known += index.empty() ? 0 : 1;
  EXPECT_GE(known, 4 * 8 - 1);
  EXPECT_LT(known, kRecords - 1);
}

TEST_F(LoaderIndex, RanksShareOneFile) {
  ImageLoaderOptions options = options_with(IndexUse::kGrow);
  options.batch_size = 4;
  options.ranks = 2;
  std::vector<std::unique_ptr<ImageLoader>> ranks;
  for (options.rank = 0; options.rank < 2; ++options.rank) ranks.push_back(open(source_, options));
  for (auto& rank : ranks) run_epoch(*rank, 0);
  for (auto& rank : ranks) {
    EXPECT_EQ(pictures(*rank, DecodePath::kOwnIndexed), 0);
    run_epoch(*rank, 1);
  }
  // In another epoch a rank reads others' records: it knows them nevertheless.
  EXPECT_EQ(
      pictures(*ranks[0], DecodePath::kOwnIndexed) + pictures(*ranks[1], DecodePath::kOwnIndexed),
      kRecords - 1);
  EXPECT_THAT(folder_.names(), ElementsAre(kIndexName));
}

TEST_F(LoaderIndex, APictureThatWasReplacedIsNoticed) {
  ASSERT_TRUE(build_index(*source_, {}).ok());
  const auto changed = make_source(kRecords, folder_);
  changed->bytes_of = source_->bytes_of;
  changed->bytes_of[20] = source_->picture(40);  // another, of the same size of pixels
  // Another quantisation table, and all rows begin where they did: the checksum tells.
  std::string brighter = source_->picture(21);
  const size_t table = brighter.find("\xFF\xDB");
  ASSERT_NE(table, std::string::npos);
  brighter[table + 5] ^= 7;
  changed->bytes_of[21] = brighter;
  ASSERT_EQ(changed->fingerprint(), source_->fingerprint());

  const std::string expected = digest_of(*open(changed, options_with(IndexUse::kOff)));
  EXPECT_NE(expected, digest_of(*open(source_, options_with(IndexUse::kOff))));
  const auto reading = open(changed, options_with(IndexUse::kRead));
  EXPECT_EQ(digest_of(*reading), expected);
  EXPECT_EQ(pictures(*reading, DecodePath::kOwnIndexed), kEpochs * (kRecords - 3));
  const auto growing = open(changed, options_with(IndexUse::kGrow));
  EXPECT_EQ(digest_of(*growing), expected);
  EXPECT_EQ(pictures(*growing, DecodePath::kOwnIndexed),
            kEpochs * (kRecords - 3) + (kEpochs - 1) * 2)
      << "what is stale is replaced";
}

TEST_F(LoaderIndex, DamagedEntriesChangeNothing) {
  const std::string expected = digest_of(*open(source_, options_with(IndexUse::kOff)));
  {
    const auto index = open_side_index(*source_, kJpegIndexKind, SideIndexMode::kReadWrite).value();
    for (int64_t i = 0; i < kRecords; ++i) {
      index->add(i, as_bytes(std::string(static_cast<size_t>(i) * 7 + 1, static_cast<char>(i))));
    }
  }
  EXPECT_EQ(digest_of(*open(source_, options_with(IndexUse::kRead))), expected);
  EXPECT_EQ(digest_of(*open(source_, options_with(IndexUse::kGrow))), expected);
}

TEST_F(LoaderIndex, ErrorsAreTheSame) {
  // Damage half-way down, which an index of the rows above it must not hide, nor find too early.
  std::string damaged = make_picture({.width = 64, .height = 400, .quality = 95});
  for (size_t i = 0; i < 100; ++i) damaged[damaged.size() / 2 + i] = '\xFF';
  source_->bytes_of[30] = damaged;
  const auto outcomes = [&](IndexUse use, int threads) {
    const auto loader = open(source_, options_with(use, threads));
    std::vector<std::string> messages;
    for (int64_t epoch = 0; epoch < 12; ++epoch) {
      loader->start_epoch(epoch);
      Result<BatchPtr> batch = loader->next();
      while (batch.ok() && *batch != nullptr) batch = loader->next();
      messages.push_back(batch.ok() ? "fine" : batch.status().message());
    }
    return messages;
  };
  const std::vector<std::string> expected = outcomes(IndexUse::kOff, 1);
  EXPECT_THAT(expected, testing::Contains("fine"));
  EXPECT_THAT(expected, testing::Contains(HasSubstr("fake:30")));
  for (const int threads : {1, 3}) {
    EXPECT_EQ(outcomes(IndexUse::kGrow, threads), expected);
    EXPECT_EQ(outcomes(IndexUse::kRead, threads), expected);
  }
}

TEST_F(LoaderIndex, ReadingMakesNoFile) {
  const auto loader = open(source_, options_with(IndexUse::kRead));
  run_epoch(*loader, 0);
  EXPECT_EQ(loader->index_status().code(), StatusCode::kNotFound);
  EXPECT_EQ(loader->index_path(), "");
  EXPECT_THAT(folder_.names(), IsEmpty());
}

TEST_F(LoaderIndex, DecodersThatUseNoneMakeNone) {
  ImageLoaderOptions options = options_with(IndexUse::kGrow);
  options.decode.jpeg_decoder = JpegDecoderChoice::kLibjpeg;
  const auto loader = open(source_, options);
  EXPECT_EQ(digest_of(*loader), digest_of(*open(source_, options_with(IndexUse::kOff))));
  EXPECT_EQ(loader->index_status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(folder_.names(), IsEmpty());
}

TEST_F(LoaderIndex, DataThatCannotBeWrittenHaveItInTheCache) {
  source_->home.folder = "/proc/self";
  for (int run = 0; run < 2; ++run) {
    const auto loader = open(source_, options_with(IndexUse::kGrow));
    EXPECT_TRUE(loader->index_status().ok());
    EXPECT_THAT(loader->index_path(), HasSubstr(cache_.path()));
    run_epoch(*loader, 0);
    EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), run * (kRecords - 1));
  }
}

TEST_F(LoaderIndex, NowhereToKeepItIsNoError) {
  const std::string expected = digest_of(*open(source_, options_with(IndexUse::kOff)));
  environment_.set("HEADRACE_CACHE", "/proc/self");
  source_->home.folder = "/proc/self";
  const auto loader = open(source_, options_with(IndexUse::kGrow));
  EXPECT_EQ(digest_of(*loader), expected);
  EXPECT_THAT(loader->index_status().message(), HasSubstr("nowhere to keep a side index"));
  EXPECT_EQ(loader->index_path(), "");
}

TEST_F(LoaderIndex, AFileThatGoesAwayIsNoError) {
  const std::string expected = digest_of(*open(source_, options_with(IndexUse::kOff)));
  const auto loader = open(source_, options_with(IndexUse::kGrow));
  std::filesystem::remove(folder_ / kIndexName);
  EXPECT_EQ(digest_of(*loader), expected);
  EXPECT_EQ(loader->index_status().code(), StatusCode::kIoError);
  EXPECT_EQ(pictures(*loader, DecodePath::kOwnIndexed), 0);
}

}  // namespace
}  // namespace headrace
