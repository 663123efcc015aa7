// Our own JPEG decoder against libjpeg-turbo: bytes, region, index and instruction set fuzzed.
//
// The input is a JPEG with eight bytes behind it that say what to do, so that any picture is a
// seed. Whatever the bytes: both decoders agree on whether the picture can be decoded and on every
// pixel, with an index that was made for it, with one that grew, with one that was damaged. A
// forged index (its checksums right) may give wrong pixels, but nothing worse.
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "headrace/decoders/image_decoder.h"
#include "headrace/formats/crc32c.h"

namespace headrace {
namespace {

constexpr size_t kControlBytes = 8;
constexpr uint64_t kMaxPixels = 1 << 18;  // larger ones cost time and find nothing else

enum class IndexKind : uint8_t { kNone, kMade, kGrown, kForged };

struct Control {
  explicit Control(const uint8_t* bytes) { std::memcpy(raw.data(), bytes, raw.size()); }

  Region region(int width, int height) const {
    Region region;
    region.x = width * raw[0] / 256;
    region.y = height * raw[1] / 256;
    region.width = 1 + (width - region.x - 1) * raw[2] / 255;
    region.height = 1 + (height - region.y - 1) * raw[3] / 255;
    return region;
  }
  Region other_region(const ImageInfo& info) const {
    Region region;
    region.width = info.width;
    region.height = 1 + (info.height - 1) * raw[5] / 255;
    return region;
  }
  IndexKind index() const { return static_cast<IndexKind>(raw[4] & 3); }
  bool strict() const { return (raw[4] & 4) != 0; }
  bool record() const { return (raw[4] & 8) != 0; }
  bool fast() const { return (raw[4] & 16) != 0; }
  int scale() const { return 1 << (raw[6] / 4 % 4); }
  int every() const { return raw[5] % 16; }
  int target() const { return raw[6] % 4; }
  size_t forged_at() const { return raw[7]; }
  uint8_t forged_with() const { return static_cast<uint8_t>(raw[5] ^ raw[6] * 37); }

  std::array<uint8_t, kControlBytes> raw;
};

[[noreturn]] void fail(const char* what, const Status& own, const Status& libjpeg) {
  std::fprintf(stderr, "%s\n  own:     %s\n  libjpeg: %s\n", what, own.message().c_str(),
               libjpeg.message().c_str());
  std::abort();
}

void choose_target(int number) {
  constexpr std::array<int64_t, 4> kTargets{HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SSSE3};
  hwy::SetSupportedTargetsForTest(0);
  const int64_t supported = hwy::SupportedTargets();
  if ((supported & kTargets[number]) != 0) hwy::SetSupportedTargetsForTest(kTargets[number]);
}

bool same_pixels(const Image& a, const Image& b) {
  return a.width() == b.width() && a.height() == b.height() &&
         std::memcmp(a.row(0), b.row(0), a.bytes().size()) == 0;
}

// Changes an entry and makes the checksum right again (baseline/jpeg_index.h has the layout).
void forge(ByteBuffer& index, const Control& control) {
  constexpr size_t kHeader = 12;
  constexpr size_t kChecksum = 4;
  if (index.size() <= kHeader + kChecksum) return;
  const size_t checked = index.size() - kChecksum;
  for (size_t i = 0; i < 4; ++i) {
    index.data()[kHeader + (control.forged_at() * (i + 1) * 7) % (checked - kHeader)] ^=
        static_cast<uint8_t>(control.forged_with() >> i);
  }
  const uint32_t checksum = crc32c({index.data(), checked});
  for (size_t i = 0; i < kChecksum; ++i) {
    index.data()[checked + i] = static_cast<uint8_t>(checksum >> 8 * i);
  }
}

struct Decoders {
  Decoders(bool strict, DecodeAccuracy accuracy)
      : own(options(strict, accuracy, JpegDecoderChoice::kAuto)),
        libjpeg(options(strict, accuracy, JpegDecoderChoice::kLibjpeg)) {}

  static DecodeOptions options(bool strict, DecodeAccuracy accuracy, JpegDecoderChoice decoder) {
    DecodeOptions options;
    options.accuracy = accuracy;
    options.strict_jpeg = strict;
    options.max_pixels = kMaxPixels;
    options.jpeg_decoder = decoder;
    return options;
  }
  ImageDecoder own;
  ImageDecoder libjpeg;
  Image own_image;
  Image libjpeg_image;
};

void run(const uint8_t* data, size_t size) {
  if (size < kControlBytes) return;
  const Control control(data + size - kControlBytes);
  // Exactly as long as the picture: the sanitizer sees any read behind it.
  const std::vector<uint8_t> picture(data, data + size - kControlBytes);
  static std::array<Decoders, 4> all{
      Decoders(false, DecodeAccuracy::kExact), Decoders(true, DecodeAccuracy::kExact),
      Decoders(false, DecodeAccuracy::kFast), Decoders(true, DecodeAccuracy::kFast)};
  Decoders& decoders = all[control.strict() + 2 * control.fast()];
  choose_target(control.target());

  const Result<ImageInfo> info = decoders.own.peek(picture);
  if (!info.ok() || info->format != ImageFormat::kJpeg) return;
  const int scale = std::min(control.scale(), decoders.own.greatest_scale(*info));
  const Region region =
      control.region(scaled_side(info->width, scale), scaled_side(info->height, scale));
  const Status expected =
      decoders.libjpeg.decode(decoders.libjpeg_image, picture, *info, region, nullptr, scale);

  ByteBuffer stored;
  IndexExchange exchange;
  exchange.record = control.record();
  switch (control.index()) {
    case IndexKind::kNone:
      break;
    case IndexKind::kMade:
    case IndexKind::kForged:
      decoders.own.make_index(stored, picture, control.every());
      if (control.index() == IndexKind::kForged) forge(stored, control);
      break;
    case IndexKind::kGrown: {
      IndexExchange first;
      first.record = true;
      static_cast<void>(decoders.own.decode(decoders.own_image, picture, *info,
                                            control.other_region(*info), &first));
      stored = std::move(first.grown);
      break;
    }
  }
  exchange.known = stored.view();
  const Status got =
      decoders.own.decode(decoders.own_image, picture, *info, region, &exchange, scale);
  if (control.index() == IndexKind::kForged) return;
  if (got.ok() != expected.ok()) fail("one decodes it, the other does not", got, expected);
  if (got.ok() && !same_pixels(decoders.own_image, decoders.libjpeg_image)) {
    fail("different pixels", got, expected);
  }
  if (!got.ok() && got.message() != expected.message()) fail("different errors", got, expected);
}

}  // namespace
}  // namespace headrace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  headrace::run(data, size);
  return 0;
}
