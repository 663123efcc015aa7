// The only file that sees libjpeg.
#include "headrace/decoders/libjpeg_decoder.h"

// jpeglib.h uses FILE and size_t without including what declares them.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <cctype>
#include <csetjmp>
#include <cstring>
#include <string>

#include "headrace/decoders/cmyk.h"

namespace headrace {
namespace {

constexpr int kTooManyScans = -1;  // beside libjpeg's message codes, which are positive

// One picture being decoded. Plain data: libjpeg leaves by longjmp, past everything that is called
// from guarded(), so nothing there may need a destructor.
struct Session {
  jpeg_decompress_struct libjpeg;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  std::jmp_buf on_error;
  bool strict;
  bool fancy_upsampling;
  JDIMENSION scale;  // the picture becomes so many times smaller
  int error_code;
  char error_text[JMSG_LENGTH_MAX];

  const uint8_t* bytes;
  size_t size;

  // The columns libjpeg decodes: those wanted, and what their upsampling looks at.
  JDIMENSION window_x;
  JDIMENSION window_width;
  JDIMENSION first_row;
  int rows;

  // Where rows go: straight to `out`, or over `line`, from which `line_offset` bytes are cut.
  uint8_t* out;
  size_t out_stride;
  int out_width;
  uint8_t* line;
  size_t line_offset;
  bool cmyk;
};

Session& session_of(j_common_ptr libjpeg) {
  return *static_cast<Session*>(libjpeg->client_data);
}

[[noreturn]] void leave(j_common_ptr libjpeg) {
  Session& session = session_of(libjpeg);
  session.error_code = libjpeg->err->msg_code;
  libjpeg->err->format_message(libjpeg, session.error_text);
  std::longjmp(session.on_error, 1);
}

// Warnings that mean: these pixels are not what was encoded.
bool is_damage(int warning) {
  switch (warning) {
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_JPEG_EOF:
    case JWRN_MUST_RESYNC:
      return true;
    default:
      return false;
  }
}

void on_message(j_common_ptr libjpeg, int level) {
  constexpr int kWarning = -1;
  if (level != kWarning) return;
  if (session_of(libjpeg).strict || is_damage(libjpeg->err->msg_code)) leave(libjpeg);
}

void count_scans(j_common_ptr libjpeg) {
  Session& session = session_of(libjpeg);
  if (session.libjpeg.input_scan_number <= kMaxJpegScans) return;
  session.error_code = kTooManyScans;
  std::snprintf(session.error_text, sizeof session.error_text, "JPEG of more than %d scans",
                kMaxJpegScans);
  std::longjmp(session.on_error, 1);
}

// Runs a step that libjpeg may leave; false when it did.
bool guarded(Session& session, void (*step)(Session&)) {
  if (setjmp(session.on_error) != 0) return false;
  step(session);
  return true;
}

void open(Session& session) {
  jpeg_decompress_struct& libjpeg = session.libjpeg;
  jpeg_create_decompress(&libjpeg);
  libjpeg.progress = &session.progress;
  jpeg_mem_src(&libjpeg, session.bytes, static_cast<unsigned long>(session.size));
  jpeg_read_header(&libjpeg, TRUE);
  session.cmyk = libjpeg.num_components == 4;
  libjpeg.out_color_space = session.cmyk ? JCS_CMYK : JCS_RGB;
  libjpeg.dct_method = JDCT_ISLOW;
  libjpeg.do_fancy_upsampling = session.fancy_upsampling ? TRUE : FALSE;
  libjpeg.scale_num = 1;
  libjpeg.scale_denom = session.scale;
}

// Whether libjpeg will smooth over coefficients that no scan brought: it looks at neighbours beyond
// any window then. Known once all scans are read.
bool smooths_blocks(const jpeg_decompress_struct& libjpeg) {
  if (!libjpeg.progressive_mode || libjpeg.coef_bits == nullptr) return false;
  for (int i = 0; i < libjpeg.num_components; ++i) {
    const int* bits = libjpeg.coef_bits[i];  // by coefficient; 0 where every bit is there
    if (std::any_of(bits, bits + DCTSIZE2, [](int missing) { return missing != 0; })) return true;
  }
  return false;
}

// Widens the wanted columns so that libjpeg gives these exactly. Its upsampling of a chroma column
// looks at the one on either side and takes the first and last of a window for the picture's edge.
// (It also changes to a simpler upsampling where a window has a single chroma column; one on a side
// more than wanted rules that out. Plain upsampling needs it as well: where jpeg_crop_scanline()
// changes the upsampler it writes over a merged one as if it were of the other kind.)
void widen_window(Session& session) {
  const jpeg_decompress_struct& libjpeg = session.libjpeg;
  const JDIMENSION picture = libjpeg.output_width;
  const auto sampling = static_cast<JDIMENSION>(libjpeg.max_h_samp_factor);
  const JDIMENSION margin = sampling > 1 ? sampling : 0;
  const JDIMENSION alignment = sampling * DCTSIZE / session.scale;
  JDIMENSION begin = session.window_x - std::min(session.window_x, margin);
  begin -= begin % alignment;
  JDIMENSION end = std::min(picture, session.window_x + session.window_width + margin);
  if (smooths_blocks(libjpeg)) {
    begin = 0;
    end = picture;
  }
  session.window_x = begin;
  session.window_width = end - begin;
}

void start(Session& session) {
  jpeg_decompress_struct& libjpeg = session.libjpeg;
  jpeg_start_decompress(&libjpeg);
  widen_window(session);
  const JDIMENSION wanted = session.window_x;
  jpeg_crop_scanline(&libjpeg, &session.window_x, &session.window_width);
  // It moves a start that is not aligned; ours is.
  if (session.window_x != wanted) ERREXIT(&libjpeg, JERR_BAD_CROP_SPEC);
}

void skip_rows(Session& session) {
  jpeg_decompress_struct& libjpeg = session.libjpeg;
  if (smooths_blocks(libjpeg)) {
    while (libjpeg.output_scanline < session.first_row) {
      jpeg_read_scanlines(&libjpeg, &session.line, 1);
    }
  } else if (session.first_row > 0) {
    jpeg_skip_scanlines(&libjpeg, session.first_row);
  }
}

void read_rows(Session& session) {
  skip_rows(session);
  uint8_t* out = session.out;
  for (int y = 0; y < session.rows; ++y, out += session.out_stride) {
    JSAMPROW row = session.line != nullptr ? session.line : out;
    jpeg_read_scanlines(&session.libjpeg, &row, 1);
    if (session.cmyk) {
      cmyk_to_rgb(out, row + session.line_offset, session.out_width);
    } else if (session.line != nullptr) {
      std::memcpy(out, row + session.line_offset, session.out_stride);
    }
  }
}

// libjpeg's message in our way of writing: it goes behind a file name and a colon.
std::string message_of(const Session& session) {
  std::string text = session.error_text;
  const auto lower = [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; };
  if (text.size() > 1 && lower(text[1])) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

// How far libjpeg had come when it left.
std::string place_of(const Session& session) {
  const jpeg_decompress_struct& libjpeg = session.libjpeg;
  const size_t unread = libjpeg.src != nullptr ? libjpeg.src->bytes_in_buffer : session.size;
  const size_t byte = session.size - std::min(unread, session.size);
  if (libjpeg.input_scan_number == 0) {
    return fmt::format("in its header, near byte {} of {}", byte, session.size);
  }
  const auto block_row = static_cast<JDIMENSION>(libjpeg.max_v_samp_factor * DCTSIZE);
  return fmt::format("near row {}, byte {} of {}",
                     std::min(libjpeg.input_iMCU_row * block_row, libjpeg.image_height), byte,
                     session.size);
}

Status error_of(const Session& session) {
  switch (session.error_code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      return Status(StatusCode::kUnsupported, message_of(session));
    case JERR_OUT_OF_MEMORY:
    case kTooManyScans:
      return Status(StatusCode::kResourceExhausted, message_of(session));
    default:
      return corrupt_data("{} ({})", message_of(session), place_of(session));
  }
}

// Refuses, before memory is asked for, what the bytes cannot hold and what would need too much.
Status check_memory(Session& session, const Region& region) {
  jpeg_decompress_struct& libjpeg = session.libjpeg;
  const bool several_scans = jpeg_has_multiple_scans(&libjpeg) != 0;
  const auto units = [](uint64_t pixels, int sampling) {
    const uint64_t side = static_cast<uint64_t>(sampling) * DCTSIZE;
    return (pixels + side - 1) / side;
  };
  const uint64_t rows =
      several_scans ? libjpeg.image_height
                    : (static_cast<uint64_t>(region.y) + region.height - 1) * session.scale + 1;
  // A minimum coded unit takes at least one bit of Huffman code.
  const uint64_t bits = units(libjpeg.image_width, libjpeg.max_h_samp_factor) *
                        units(rows, libjpeg.max_v_samp_factor);
  if (!libjpeg.arith_code && bits / 8 > session.size) {
    return corrupt_data("premature end of JPEG file: {} bytes for {} x {} pixels", session.size,
                        libjpeg.image_width, libjpeg.image_height);
  }
  if (!several_scans) return Status();
  uint64_t coefficients = 0;
  for (int i = 0; i < libjpeg.num_components; ++i) {
    const jpeg_component_info& component = libjpeg.comp_info[i];
    coefficients += uint64_t{component.width_in_blocks} * component.height_in_blocks * DCTSIZE2;
  }
  if (coefficients * sizeof(JCOEF) > kMaxJpegCoefficientBytes) {
    return resource_exhausted("progressive JPEG of {} x {} pixels needs more than {} MiB",
                              libjpeg.image_width, libjpeg.image_height,
                              kMaxJpegCoefficientBytes >> 20);
  }
  return Status();
}

}  // namespace

struct LibjpegDecoder::State {
  // After the session has been set up.
  Status decode(Image& image, const ImageInfo& info, const Region& region) {
    if (!guarded(session, open)) return error_of(session);
    const jpeg_decompress_struct& libjpeg = session.libjpeg;
    if (libjpeg.image_width != static_cast<JDIMENSION>(info.width) ||
        libjpeg.image_height != static_cast<JDIMENSION>(info.height)) {
      return corrupt_data("JPEG of {} x {} pixels where {} x {} were announced",
                          libjpeg.image_width, libjpeg.image_height, info.width, info.height);
    }
    HEADRACE_RETURN_IF_ERROR(check_memory(session, region));

    session.window_x = static_cast<JDIMENSION>(region.x);
    session.window_width = static_cast<JDIMENSION>(region.width);
    session.first_row = static_cast<JDIMENSION>(region.y);
    session.rows = region.height;
    if (!guarded(session, start)) return error_of(session);

    image.reshape(region.width, region.height);
    session.out = image.row(0);
    session.out_stride = image.stride();
    session.out_width = region.width;
    const auto components = static_cast<size_t>(libjpeg.output_components);
    const bool straight = libjpeg.output_width == static_cast<JDIMENSION>(region.width) &&
                          !session.cmyk && !smooths_blocks(libjpeg);
    if (!straight) {
      // Off alignment on purpose: to aligned rows libjpeg's vector code (jdcolext-avx2.asm) writes
      // past the cache, and a line that is read right away would come back from main memory.
      constexpr size_t kMisalignment = 8;
      line.resize(kMisalignment + libjpeg.output_width * components);
      session.line = line.data() + kMisalignment;
      session.line_offset = (static_cast<size_t>(region.x) - session.window_x) * components;
    }
    if (!guarded(session, read_rows)) return error_of(session);
    return Status();
  }

  const bool strict;
  const DecodeAccuracy accuracy;
  Session session{};
  ByteBuffer line{};
};

LibjpegDecoder::LibjpegDecoder(bool strict, DecodeAccuracy accuracy)
    : state_(new State{.strict = strict, .accuracy = accuracy}) {}
LibjpegDecoder::~LibjpegDecoder() = default;

Status LibjpegDecoder::decode(Image& image, ByteView bytes, const ImageInfo& info,
                              const Region& region, int scale) {
  Session& session = state_->session;
  session = {};
  session.libjpeg.err = jpeg_std_error(&session.errors);
  session.libjpeg.client_data = &session;
  session.errors.error_exit = leave;
  session.errors.emit_message = on_message;
  session.progress.progress_monitor = count_scans;
  session.strict = state_->strict;
  session.fancy_upsampling = state_->accuracy == DecodeAccuracy::kExact;
  session.scale = static_cast<JDIMENSION>(scale);
  session.bytes = bytes.data();
  session.size = bytes.size();
  // Whatever way this ends, bad_alloc among them. Not jpeg_abort: that would keep this picture's
  // Huffman and quantisation tables for the next.
  struct Destroy {
    jpeg_decompress_struct* libjpeg;
    ~Destroy() { jpeg_destroy_decompress(libjpeg); }
  } const destroy{&session.libjpeg};
  return state_->decode(image, info, region);
}

}  // namespace headrace
