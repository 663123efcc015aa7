#include "headrace/decoders/baseline/jpeg_frame.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace headrace {

namespace {

constexpr int kMaxDimension = 65500;  // JPEG_MAX_DIMENSION of libjpeg's jmorecfg.h

enum Marker : uint8_t {
  kSof0 = 0xC0,  // baseline
  kSof1 = 0xC1,  // extended sequential
  kSof2 = 0xC2,  // progressive
  kDht = 0xC4,
  kSof9 = 0xC9,  // sequential, arithmetic coding
  kSof10 = 0xCA,
  kSoi = 0xD8,
  kSos = 0xDA,
  kDqt = 0xDB,
  kDri = 0xDD,
  kApp0 = 0xE0,
  kApp14 = 0xEE,
  kApp15 = 0xEF,
  kCom = 0xFE,
};

int ceil_divide(int a, int b) {
  return (a + b - 1) / b;
}

int u16(ByteView bytes, size_t at) {
  return bytes[at] << 8 | bytes[at + 1];
}

// Reads segment after segment. Methods return kNone to go on.
class Parser {
 public:
  Parser(JpegFrame& frame, ByteView bytes) : frame_(frame), bytes_(bytes) {}

  DecodeReason parse() {
    frame_ = JpegFrame();
    if (bytes_.size() < 2 || bytes_[0] != 0xFF || bytes_[1] != kSoi) return DecodeReason::kHeader;
    size_t at = 2;
    for (;;) {
      if (at >= bytes_.size() || bytes_[at] != 0xFF) return DecodeReason::kHeader;
      while (at < bytes_.size() && bytes_[at] == 0xFF) ++at;  // fill bytes are allowed
      if (at + 3 > bytes_.size()) return DecodeReason::kHeader;
      const uint8_t marker = bytes_[at++];
      const auto length = static_cast<size_t>(u16(bytes_, at));
      if (length < 2 || bytes_.size() - at < length) return DecodeReason::kHeader;
      const ByteView content = bytes_.subspan(at + 2, length - 2);
      at += length;
      const DecodeReason reason = read_segment(marker, content);
      if (reason != DecodeReason::kNone) return reason;
      if (marker == kSos) {
        frame_.scan_begin = at;
        return finish();
      }
    }
  }

 private:
  DecodeReason read_segment(uint8_t marker, ByteView content) {
    switch (marker) {
      case kSof0:
      case kSof1:
        return read_frame(content);
      case kSof2:
        return DecodeReason::kProgressive;
      case kSof9:
      case kSof10:
        return DecodeReason::kArithmetic;
      case kDht:
        return read_huffman_tables(content);
      case kDqt:
        return read_quantisation_tables(content);
      case kDri:
        if (content.size() != 2) return DecodeReason::kHeader;
        frame_.restart_interval = u16(content, 0);
        return DecodeReason::kNone;
      case kSos:
        return read_scan(content);
      case kApp0:
        return read_jfif(content);
      case kApp14:
        read_adobe(content);
        return DecodeReason::kNone;
      default:
        return (marker > kApp0 && marker <= kApp15) || marker == kCom ? DecodeReason::kNone
                                                                      : DecodeReason::kHeader;
    }
  }

  DecodeReason read_frame(ByteView content) {
    if (frame_.component_count != 0 || content.size() < 6 || content[0] != 8) {
      return DecodeReason::kHeader;
    }
    frame_.height = u16(content, 1);
    frame_.width = u16(content, 3);
    const int count = content[5];
    if (content.size() != 6 + 3 * static_cast<size_t>(count)) return DecodeReason::kHeader;
    if (frame_.width == 0 || frame_.height == 0 || frame_.width > kMaxDimension ||
        frame_.height > kMaxDimension) {
      return DecodeReason::kHeader;
    }
    if (count == 4) return DecodeReason::kColourSpace;
    if (count != 1 && count != 3) return DecodeReason::kHeader;
    frame_.component_count = count;
    for (int i = 0; i < count; ++i) {
      FrameComponent& component = frame_.components[i];
      ids_[i] = content[6 + 3 * i];
      component.h = content[7 + 3 * i] >> 4;
      component.v = content[7 + 3 * i] & 15;
      component.quant_table = content[8 + 3 * i];
    }
    return DecodeReason::kNone;
  }

  DecodeReason read_huffman_tables(ByteView content) {
    while (!content.empty()) {
      if (content.size() < 17) return DecodeReason::kHeader;
      const uint8_t which = content[0];
      if ((which & 15) > 3 || which >> 4 > 1) return DecodeReason::kHeader;
      int count = 0;
      for (int i = 1; i <= 16; ++i) count += content[i];
      if (count > 256 || content.size() - 17 < static_cast<size_t>(count)) {
        return DecodeReason::kHeader;
      }
      auto& specs = which >> 4 == 0 ? frame_.dc_specs : frame_.ac_specs;
      specs[which & 15] = {content.data() + 1, content.data() + 17, count};
      content = content.subspan(17 + static_cast<size_t>(count));
    }
    return DecodeReason::kNone;
  }

  DecodeReason read_quantisation_tables(ByteView content) {
    while (!content.empty()) {
      const uint8_t which = content[0];
      const size_t bytes_each = which >> 4 == 0 ? 1 : 2;
      if ((which & 15) > 3 || which >> 4 > 1 || content.size() < 1 + kBlockSize * bytes_each) {
        return DecodeReason::kHeader;
      }
      for (int i = 0; i < kBlockSize; ++i) {
        frame_.quant[which & 15][kZigzag[i]] =
            static_cast<uint16_t>(bytes_each == 1 ? content[1 + i] : u16(content, 1 + 2 * i));
      }
      quant_seen_[which & 15] = true;
      content = content.subspan(1 + kBlockSize * bytes_each);
    }
    return DecodeReason::kNone;
  }

  DecodeReason read_jfif(ByteView content) {
    if (content.size() < 14 || std::memcmp(content.data(), "JFIF", 5) != 0) {
      return DecodeReason::kNone;
    }
    saw_jfif_ = true;
    return content[5] == 1 ? DecodeReason::kNone : DecodeReason::kHeader;  // its version
  }

  void read_adobe(ByteView content) {
    if (content.size() >= 12 && std::memcmp(content.data(), "Adobe", 5) == 0) {
      adobe_transform_ = content[11];
    }
  }

  DecodeReason read_scan(ByteView content) {
    const int count = frame_.component_count;
    if (count == 0 || content.empty()) return DecodeReason::kHeader;
    if (content[0] < count) return DecodeReason::kSeveralScans;
    if (content[0] != count || content.size() != 4 + 2 * static_cast<size_t>(count)) {
      return DecodeReason::kHeader;
    }
    for (int i = 0; i < count; ++i) {
      if (content[1 + 2 * i] != ids_[i]) return DecodeReason::kHeader;  // in another order
      FrameComponent& component = frame_.components[i];
      component.dc_table = content[2 + 2 * i] >> 4;
      component.ac_table = content[2 + 2 * i] & 15;
      if (component.dc_table > 3 || component.ac_table > 3 || component.quant_table > 3 ||
          frame_.dc_specs[component.dc_table].counts == nullptr ||
          frame_.ac_specs[component.ac_table].counts == nullptr ||
          !quant_seen_[component.quant_table]) {
        return DecodeReason::kHeader;
      }
    }
    const ByteView rest = content.subspan(1 + 2 * static_cast<size_t>(count));
    return rest[0] == 0 && rest[1] == kBlockSize - 1 && rest[2] == 0 ? DecodeReason::kNone
                                                                     : DecodeReason::kHeader;
  }

  // As libjpeg guesses it (default_decompress_parms() of jdapimin.c).
  DecodeReason check_colour_space() const {
    if (ids_[0] == ids_[1] || ids_[0] == ids_[2] || ids_[1] == ids_[2]) {
      return DecodeReason::kHeader;
    }
    if (saw_jfif_) return DecodeReason::kNone;
    if (adobe_transform_) {
      if (*adobe_transform_ == 0) return DecodeReason::kColourSpace;
      return *adobe_transform_ == 1 ? DecodeReason::kNone : DecodeReason::kHeader;
    }
    const bool rgb = ids_[0] == 'R' && ids_[1] == 'G' && ids_[2] == 'B';
    return rgb ? DecodeReason::kColourSpace : DecodeReason::kNone;
  }

  DecodeReason check_sampling() {
    FrameComponent& first = frame_.components[0];
    if (first.h < 1 || first.h > 2 || first.v < 1 || first.v > 2) return DecodeReason::kSampling;
    if (frame_.component_count == 1) {
      // One component alone is always a block an MCU, whatever its factors.
      frame_.rows_read_together = first.v;
      first.h = first.v = 1;
      return DecodeReason::kNone;
    }
    for (int i = 1; i < 3; ++i) {
      if (frame_.components[i].h != 1 || frame_.components[i].v != 1) {
        return DecodeReason::kSampling;
      }
    }
    // jdsample.c repeats pixels instead of interpolating where chroma has no more than two columns.
    if (first.h == 2 && ceil_divide(frame_.width, 2) <= 2) return DecodeReason::kSmall;
    return DecodeReason::kNone;
  }

  DecodeReason finish() {
    if (frame_.component_count == 3) {
      const DecodeReason reason = check_colour_space();
      if (reason != DecodeReason::kNone) return reason;
    }
    const DecodeReason reason = check_sampling();
    if (reason != DecodeReason::kNone) return reason;
    frame_.h_max = frame_.components[0].h;
    frame_.v_max = frame_.components[0].v;
    frame_.mcu_width = kBlockSide * frame_.h_max;
    frame_.mcu_height = kBlockSide * frame_.v_max;
    frame_.mcus_per_row = ceil_divide(frame_.width, frame_.mcu_width);
    frame_.mcu_rows = ceil_divide(frame_.height, frame_.mcu_height);
    for (int i = 0; i < frame_.component_count; ++i) {
      FrameComponent& component = frame_.components[i];
      component.width = ceil_divide(frame_.width * component.h, frame_.h_max);
      component.height = ceil_divide(frame_.height * component.v, frame_.v_max);
      frame_.blocks_per_mcu += component.h * component.v;
    }
    return DecodeReason::kNone;
  }

  JpegFrame& frame_;
  const ByteView bytes_;
  std::array<uint8_t, kMaxComponents> ids_{};
  std::array<bool, 4> quant_seen_{};
  bool saw_jfif_ = false;
  std::optional<uint8_t> adobe_transform_;
};

}  // namespace

DecodeReason parse_jpeg_frame(JpegFrame& frame, ByteView bytes) {
  return Parser(frame, bytes).parse();
}

}  // namespace headrace
