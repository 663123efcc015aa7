#include "headrace/decoders/baseline/scan_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "baseline_targets.h"
#include "test_pictures.h"

namespace headrace {
namespace {

using Bytes = std::vector<uint8_t>;

class RemoveStuffing : public OnEachTarget {
 protected:
  // Compares with a loop over bytes; `in` has exactly its size.
  static void check(const Bytes& in) {
    Bytes expected;
    size_t read = 0;
    while (read < in.size()) {
      if (in[read] == 0xFF && (read + 1 == in.size() || in[read + 1] != 0)) break;
      expected.push_back(in[read]);
      read += in[read] == 0xFF ? 2 : 1;
    }
    constexpr size_t kOver = 64;  // may be written
    Bytes out(in.size() + kOver + 16, 0xA5);
    size_t written = 0;
    ASSERT_EQ(remove_stuffing(out.data(), written, in.data(), in.size()), read);
    ASSERT_EQ(written, expected.size());
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.begin()));
    for (size_t i = written + kOver; i < out.size(); ++i) ASSERT_EQ(out[i], 0xA5);
  }

  static Bytes plain(size_t size) {
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i % 251 + 1);
    return bytes;
  }
};

TEST_P(RemoveStuffing, AtEveryOffset) {
  for (size_t size = 0; size <= 140; ++size) {
    ASSERT_NO_FATAL_FAILURE(check(plain(size)));
    for (size_t at = 0; at < size; ++at) {
      SCOPED_TRACE(testing::Message() << size << " bytes, at " << at);
      for (const uint8_t second : {0x00, 0xD9, 0xD0, 0xFF}) {
        Bytes bytes = plain(size);
        bytes[at] = 0xFF;
        if (at + 1 < size) bytes[at + 1] = second;
        ASSERT_NO_FATAL_FAILURE(check(exact_copy(bytes, size)));
      }
    }
  }
}

TEST_P(RemoveStuffing, HoweverMuchThereIs) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    Bytes bytes(random() % 300);
    const unsigned every = 1 + random() % 40;
    for (size_t at = 0; at < bytes.size(); ++at) {
      bytes[at] = static_cast<uint8_t>(random() % 256);
      if (random() % every == 0) bytes[at] = 0xFF;
      if (at > 0 && bytes[at - 1] == 0xFF && random() % 60 != 0) bytes[at] = 0;
    }
    ASSERT_NO_FATAL_FAILURE(check(exact_copy(bytes, bytes.size())));
  }
  ASSERT_NO_FATAL_FAILURE(check(Bytes(200, 0)));
}

TEST_P(RemoveStuffing, IsCounted) {
  std::mt19937 random(2);
  for (size_t size = 0; size <= 300; ++size) {
    for (int i = 0; i < 10; ++i) {
      Bytes bytes(size + 1);
      for (uint8_t& byte : bytes)
        byte = random() % 3 == 0 ? 0xFF : static_cast<uint8_t>(i > 4 ? 0 : random() % 3);
      bytes = exact_copy(bytes, bytes.size());
      size_t expected = 0;
      for (size_t at = 1; at <= size; ++at) expected += bytes[at] == 0 && bytes[at - 1] == 0xFF;
      ASSERT_EQ(count_stuffing(bytes.data() + 1, size), expected);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, RemoveStuffing, testing::ValuesIn(baseline_targets()),
                         target_name);

// What a stretch is, byte by byte.
struct SlowStretch {
  Bytes out;
  std::vector<size_t> sources;   // by byte of `out`
  std::vector<size_t> restarts;  // where in `out`

  SlowStretch(const Bytes& picture, size_t begin, size_t end, bool has_restarts, int passed) {
    for (size_t at = begin; at < end;) {
      if (picture[at] != 0xFF) {
        sources.push_back(at);
        out.push_back(picture[at++]);
      } else if (at + 1 == end) {
        return;
      } else if (picture[at + 1] == 0) {
        sources.push_back(at);
        out.push_back(0xFF);
        at += 2;
      } else if (has_restarts && picture[at + 1] == 0xD0 + passed % 8) {
        restarts.push_back(out.size());
        ++passed;
        at += 2;
      } else {
        return;
      }
    }
  }
};

Bytes made_scan(std::mt19937& random, size_t size, unsigned every, bool restarts) {
  Bytes bytes;
  int restart = 0;
  while (bytes.size() < size) {
    if (random() % every != 0) {
      bytes.push_back(static_cast<uint8_t>(random() % 255));
    } else if (restarts && random() % 4 == 0) {
      bytes.insert(bytes.end(), {0xFF, static_cast<uint8_t>(0xD0 + restart++ % 8)});
    } else {
      bytes.insert(bytes.end(), {0xFF, 0});
    }
  }
  return exact_copy(bytes, size);
}

class ScanBytesTest : public testing::Test {
 protected:
  // Takes the stretch in steps of `step` bytes and compares all that can be asked about it.
  void check(const Bytes& picture, size_t begin, size_t end, bool has_restarts, int passed,
             size_t step) {
    const SlowStretch expected(picture, begin, end, has_restarts, passed);
    const size_t from = scan_.begin_stretch(begin, end, passed);
    ASSERT_EQ(from, scan_.size());
    while (!scan_.ended()) {
      const size_t before = scan_.size();
      scan_.fill(step);
      ASSERT_TRUE(scan_.ended() || scan_.size() >= before + step);
      ASSERT_LE(scan_.size(), before + step + 16384);
    }
    ASSERT_EQ(scan_.size() - from, expected.out.size());
    ASSERT_TRUE(std::equal(expected.out.begin(), expected.out.end(),
                           out_.begin() + static_cast<ptrdiff_t>(from)));
    for (const size_t restart : expected.restarts) ASSERT_TRUE(scan_.restarts_at(from + restart));
    ASSERT_FALSE(scan_.restarts_at(scan_.size()));
    for (size_t i = 0; i < expected.out.size(); i += 1 + i % (1 + step % 50)) {
      ASSERT_EQ(scan_.source_of(from + i), expected.sources[i]) << "byte " << i;
    }
  }

  void reset(const Bytes& picture, bool has_restarts, size_t stretches) {
    out_.assign(picture.size() + stretches * ScanBytes::kStretchSpare + ScanBytes::kSpare, 0);
    scan_.reset(out_.data(), picture, has_restarts);
  }

  Bytes out_;
  ScanBytes scan_;
};

TEST_F(ScanBytesTest, GivesWhatIsThereByteByByte) {
  std::mt19937 random(3);
  for (int i = 0; i < 400; ++i) {
    const bool restarts = i % 2 == 0;
    const size_t size = 1 + random() % (i % 10 == 0 ? 60'000 : 500);
    const Bytes picture = made_scan(random, size, 1 + random() % 100, restarts);
    reset(picture, restarts, 1);
    SCOPED_TRACE(i);
    ASSERT_NO_FATAL_FAILURE(check(picture, 0, size, restarts, 0, 1 + random() % 3000));
  }
}

TEST_F(ScanBytesTest, TakesMarkersInTheirTurnOnly) {
  const Bytes picture{1, 0xFF, 0xD3, 2, 0xFF, 0xD4, 3, 0xFF, 0xD4, 4, 0xFF, 0xD5, 5};
  for (int passed = 0; passed < 17; ++passed) {
    for (const bool restarts : {false, true}) {
      reset(picture, restarts, 1);
      ASSERT_NO_FATAL_FAILURE(check(picture, 0, picture.size(), restarts, passed, 4));
      EXPECT_EQ(scan_.size(), restarts && passed % 8 == 3 ? 3U : 1U);
    }
  }
}

TEST_F(ScanBytesTest, TellsWhereNoRestartWas) {
  const Bytes picture{1, 2, 0xFF, 0xD0, 3, 4};
  for (size_t at = 0; at < 5; ++at) {
    reset(picture, true, 1);
    scan_.begin_stretch(0, picture.size(), 0);
    scan_.fill(10);
    EXPECT_EQ(scan_.restarts_at(at), at == 2);
  }
}

// Stretches share one output and end where they are told to.
TEST_F(ScanBytesTest, StretchBehindStretch) {
  std::mt19937 random(4);
  for (int i = 0; i < 200; ++i) {
    const Bytes picture = made_scan(random, 2000, 1 + random() % 30, false);
    constexpr size_t kStretches = 5;
    reset(picture, false, kStretches);
    size_t begin = 0;
    for (size_t n = 0; n < kStretches; ++n) {
      begin += random() % 300;
      const size_t end = begin + random() % 100;
      ASSERT_NO_FATAL_FAILURE(check(picture, begin, end, false, 0, 1 + random() % 200));
      begin = end;
    }
  }
}

// The copying goes by pieces; an 0xFF may be the last byte of one.
TEST_F(ScanBytesTest, WhateverStandsWhereAPieceEnds) {
  constexpr size_t kPiece = 16384;
  for (const uint8_t second : {0x00, 0xD0, 0xD1, 0xD9, 0xFF}) {
    for (size_t at = kPiece - 70; at < kPiece + 4; ++at) {
      Bytes picture(kPiece + 500, 7);
      picture[at] = 0xFF;
      picture[at + 1] = second;
      reset(picture, true, 1);
      SCOPED_TRACE(testing::Message() << int{second} << " at " << at);
      ASSERT_NO_FATAL_FAILURE(check(picture, 0, picture.size(), true, 0, 100'000));
      reset(picture, true, 1);
      ASSERT_NO_FATAL_FAILURE(check(picture, 0, at + 1, true, 0, 100'000));
    }
  }
}

// Also of the place behind the last byte, if only roughly, and of places far apart.
TEST_F(ScanBytesTest, FindsSourcesFarApart) {
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    const Bytes picture = made_scan(random, 5000, 1 + random() % 20, i % 2 == 0);
    const SlowStretch expected(picture, 0, picture.size(), true, 0);
    reset(picture, true, 1);
    scan_.begin_stretch(0, picture.size(), 0);
    scan_.fill(picture.size());
    for (size_t at = random() % 500; at < expected.out.size(); at += 1 + random() % 1500) {
      ASSERT_EQ(scan_.source_of(at), expected.sources[at]);
    }
    ASSERT_LE(scan_.source_of(scan_.size()), picture.size());
  }
}

}  // namespace
}  // namespace headrace
