// A loader that goes on where another one stood.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "headrace/pipeline/loader_state.h"
#include "loader_cases.h"

namespace headrace {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The digests of all batches of `epochs` epochs, one after the other.
std::vector<std::string> whole_run(const std::shared_ptr<FakeSource>& source,
                                   const ImageLoaderOptions& options, int epochs) {
  const auto loader = open(source, options);
  std::vector<std::string> digests;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    loader->start_epoch(epoch);
    for (std::string& digest : rest_of_epoch(*loader)) digests.push_back(std::move(digest));
  }
  return digests;
}

TEST(Resume, StopsAnywhereAnyNumberOfTimesChangeNothing) {
  const auto source = std::make_shared<FakeSource>(50);
  ImageLoaderOptions options = small_options();
  const int epochs = 3;
  for (const TailPolicy tail : {TailPolicy::kDrop, TailPolicy::kPad, TailPolicy::kUneven}) {
    options.tail = tail;
    options.shuffle_block = tail == TailPolicy::kPad ? 3 : 0;
    options.prefetch_batches = 2;
    const auto expected = whole_run(source, options, epochs);
    std::mt19937 random(7);
    for (int round = 0; round < 12; ++round) {
      std::vector<std::string> seen;
      std::string token;
      while (seen.size() < expected.size()) {
        options.resume_from = token;
        options.prefetch_batches = static_cast<int>(random() % 6);
        options.threads = static_cast<int>(1 + random() % 4);
        const auto loader = open(source, options);
        EXPECT_EQ(token.empty() ? loader->state() : token, loader->state()) << "nothing done yet";
        size_t left = random() % 9;  // batches until it is stopped, prefetched ones thrown away
        for (int64_t epoch = loader->first_epoch(); epoch < epochs && left > 0; ++epoch) {
          loader->start_epoch(epoch);
          while (left > 0) {
            const BatchPtr batch = loader->next().value();
            if (batch == nullptr) break;
            seen.push_back(digest_of(*batch));
            --left;
          }
        }
        token = loader->state();
        ASSERT_LE(token.size(), 512U);
      }
      ASSERT_EQ(seen, expected) << "round " << round;
    }
    options.resume_from.clear();
  }
}

TEST(Resume, OnOtherNumbersOfRanks) {
  const auto source = std::make_shared<FakeSource>(96);
  ImageLoaderOptions options = small_options();
  options.batch_size = 4;
  options.ranks = 2;
  std::vector<std::vector<int64_t>> seen(12);  // global batches of 8
  std::string token;
  for (options.rank = 0; options.rank < 2; ++options.rank) {
    const auto loader = open(source, options);
    loader->start_epoch(0);
    for (int i = 0; i < 6; ++i) {
      const auto ids = ids_of(*loader->next().value());
      seen[i].insert(seen[i].end(), ids.begin(), ids.end());
    }
    EXPECT_TRUE(token.empty() || token == loader->state()) << "ranks have one state";
    token = loader->state();
  }
  options.resume_from = token;
  options.ranks = 4;
  options.batch_size = 2;
  for (options.rank = 0; options.rank < 4; ++options.rank) {
    const auto loader = open(source, options);
    loader->start_epoch(0);
    for (int i = 6; i < 12; ++i) {
      const auto ids = ids_of(*loader->next().value());
      seen[i].insert(seen[i].end(), ids.begin(), ids.end());
    }
    EXPECT_EQ(loader->next().value(), nullptr);
  }
  const auto whole = open(source, small_options());
  whole->start_epoch(0);
  for (const auto& ids : seen) EXPECT_EQ(ids, ids_of(*whole->next().value()));
}

TEST(Resume, TheGlobalBatchMustDivideWhatWasDone) {
  const auto source = std::make_shared<FakeSource>(96);
  ImageLoaderOptions options = small_options();
  const auto loader = open(source, options);
  loader->start_epoch(0);
  for (int i = 0; i < 3; ++i) ASSERT_NE(loader->next().value(), nullptr);
  options.resume_from = loader->state();  // after 24
  options.ranks = 3;
  EXPECT_TRUE(open_image_loader(source, options).ok());
  options.ranks = 2;
  const Status status = open_image_loader(source, options).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), AllOf(HasSubstr("24 samples"), HasSubstr("batches of 16")));
}

TEST(Resume, OtherDataOrOptionsAreRefusedAndBothNamed) {
  ImageLoaderOptions options = small_options();
  const auto source = std::make_shared<FakeSource>(40);
  options.resume_from = open(source, options)->state();
  const auto other = std::make_shared<FakeSource>(41);
  EXPECT_THAT(
      open_image_loader(other, options).status().message(),
      AllOf(HasSubstr("other data"), HasSubstr("0000000000000028"), HasSubstr("0000000000000029")));
  ImageLoaderOptions changed = options;
  changed.seed = 2;
  const uint64_t before = options_fingerprint(options);
  const uint64_t after = options_fingerprint(changed);
  EXPECT_THAT(open_image_loader(source, changed).status().message(),
              AllOf(HasSubstr("other options"), HasSubstr(fmt::format("{:016x}", before)),
                    HasSubstr(fmt::format("{:016x}", after))));
  options.resume_from = "{}";
  EXPECT_THAT(open_image_loader(source, options).status().message(),
              HasSubstr("not a loader's state"));
  LoaderState far{.epoch = 0, .samples = 800, .data = source->fingerprint(), .options = before};
  options.resume_from = to_token(far);
  EXPECT_THAT(open_image_loader(source, options).status().message(), HasSubstr("no more than 40"));
}

TEST(Resume, AnotherEpochFirstIsAnErrorNotASilentRepeat) {
  ImageLoaderOptions options = small_options();
  const auto source = std::make_shared<FakeSource>(40);
  {
    const auto loader = open(source, options);
    loader->start_epoch(3);
    ASSERT_NE(loader->next().value(), nullptr);
    options.resume_from = loader->state();
  }
  const auto loader = open(source, options);
  loader->start_epoch(0);
  EXPECT_THAT(loader->next().status().message(), AllOf(HasSubstr("epoch 3"), HasSubstr("epoch 0")));
  EXPECT_EQ(loader->first_epoch(), 3);
  loader->start_epoch(3);
  EXPECT_EQ(loader->next().value()->index(), 1);
  loader->start_epoch(3);
  EXPECT_EQ(loader->next().value()->index(), 0) << "only the first time";
}

TEST(Resume, AfterAnErrorTheFailedBatchComesAgain) {
  ImageLoaderOptions options = small_options();
  options.shuffle = false;
  const auto source = std::make_shared<FakeSource>(40);
  source->failures[17] = io_error("gone for now");
  {
    const auto loader = open(source, options);
    loader->start_epoch(0);
    ASSERT_TRUE(loader->next().ok());
    ASSERT_TRUE(loader->next().ok());
    ASSERT_FALSE(loader->next().ok());
    options.resume_from = loader->state();
  }
  source->failures.clear();
  const auto loader = open(source, options);
  loader->start_epoch(0);
  EXPECT_EQ(loader->next().value()->index(), 2);
}

}  // namespace
}  // namespace headrace
