#include "headrace/decoders/baseline/baseline_decoder.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/entropy_tables.h"
#include "headrace/decoders/baseline/finish_rows.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/jpeg_index.h"
#include "headrace/decoders/baseline/scaled_frame.h"
#include "headrace/decoders/baseline/scan_bytes.h"
#include "headrace/decoders/baseline/scan_walker.h"

namespace headrace {
namespace {

// The MCUs that a region needs.
struct McuArea {
  int first_mcu = 0;
  int last_mcu = 0;
  int first_row = 0;
  int last_row = 0;
  int last_read_row = 0;  // the last that libjpeg would read for it: damage in it counts
};

struct Extent {
  int first;
  int last;
};

// MCUs that pixels [begin, begin + count) need. Upsampling looks at the sample on either side.
// (Down the picture libjpeg goes by groups of rows: it reads the sample below also for the upper of
// two pixels, which needs only the one above. So do we, to find the same damage.)
Extent needed_mcus(int begin, int count, int sampling, int samples) {
  int first = begin / sampling;
  int last = (begin + count - 1) / sampling;
  if (sampling > 1) {
    first = std::max(first - 1, 0);
    last = std::min(last + 1, samples - 1);
  }
  return {first / kBlockSide, last / kBlockSide};
}

// The same where samples are only repeated, for MCUs of `side` pixels.
Extent covered_mcus(int begin, int count, int side) {
  return {begin / side, (begin + count - 1) / side};
}

McuArea area_of(const JpegFrame& frame, const Region& region, DecodeAccuracy accuracy) {
  Extent across = covered_mcus(region.x, region.width, frame.mcu_width / frame.scale);
  Extent down = covered_mcus(region.y, region.height, frame.mcu_height / frame.scale);
  if (accuracy == DecodeAccuracy::kExact) {
    // The component with the fewest samples decides; where none is subsampled it is the only kind.
    const FrameComponent& component = frame.components[frame.component_count - 1];
    across = needed_mcus(region.x, region.width, frame.h_max, component.width);
    down = needed_mcus(region.y, region.height, frame.v_max, component.height);
  }
  const int together = frame.rows_read_together;
  const int last_read = std::min(down.last / together * together + together, frame.mcu_rows) - 1;
  return {across.first, across.last, down.first, down.last, last_read};
}

bool lies_inside(const Region& region, const JpegFrame& frame) {
  const int width = scaled_side(frame.width, frame.scale);
  const int height = scaled_side(frame.height, frame.scale);
  return region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0 &&
         region.width <= width && region.x <= width - region.width && region.height <= height &&
         region.y <= height - region.height;
}

}  // namespace

struct BaselineDecoder::State {
  explicit State(DecodeAccuracy of_pixels) : accuracy(of_pixels) {}

  const DecodeAccuracy accuracy;
  JpegFrame frame;
  EntropyTables tables;
  ByteBuffer memory;  // LaneMemory and the scan's bytes
  LaneMemory* lanes = nullptr;
  ScanBytes scan;
  std::vector<ScanPosition> begins;
  int skipped = 0;  // MCUs from these to the area's first
  std::array<ByteBuffer, kMaxComponents> planes;
  DecodedSamples samples;
  FinishScratch finish;
  JpegIndexWriter writer;

  // Reads the header and readies everything for walking.
  DecodeReason open(ByteView bytes) {
    if (std::strcmp(baseline_decoder_target(), "none") == 0) return DecodeReason::kProcessor;
    const DecodeReason reason = parse_jpeg_frame(frame, bytes);
    if (reason != DecodeReason::kNone) return reason;
    if (!tables.set(frame)) return DecodeReason::kHeader;
    const size_t scan_bytes = bytes.size() - frame.scan_begin;
    const size_t stretches = static_cast<size_t>(frame.mcu_rows) + 1;
    reserve(scan_bytes + stretches * ScanBytes::kStretchSpare + ScanBytes::kSpare + kMaxChunkBytes);
    scan.reset(lanes->bytes(), bytes, frame.restart_interval != 0);
    return DecodeReason::kNone;
  }

  void reserve(size_t bytes) {
    const size_t size = sizeof(LaneMemory) + bytes;
    constexpr size_t kAlignment = alignof(LaneMemory);
    if (size + kAlignment <= memory.capacity()) return;
    memory.resize(size + size / 4 + kAlignment);
    const auto address = reinterpret_cast<uintptr_t>(memory.data());
    lanes = new (memory.data() + (kAlignment - address % kAlignment) % kAlignment) LaneMemory;
    SymbolValues::fill(lanes->values);
    lanes->coefficients.fill(0);
  }

  // Finds where the area's rows begin, from the index as far as it goes, then by walking, which
  // also looks for damage.
  bool find_begins(const McuArea& area, ByteView bytes, const std::optional<JpegIndex>& index,
                   bool record);
  bool decode_area(const McuArea& area);
};

bool BaselineDecoder::State::find_begins(const McuArea& area, ByteView bytes,
                                         const std::optional<JpegIndex>& index, bool record) {
  const int known_rows = index ? index->rows() : 0;
  McuWalk walk;
  if (area.last_read_row >= known_rows) walk = tables.mcu_walk(bytes.size() - frame.scan_begin);
  ScanWalker walker(frame, walk, bytes, scan, lanes->bytes());
  begins.clear();
  skipped = 0;
  for (int row = area.first_row; row <= std::min(area.last_row, known_rows - 1); ++row) {
    int mcu = area.first_mcu;
    const JpegIndex::Place place = index->at_or_before(row, mcu);
    skipped = area.first_mcu - mcu;
    const uint64_t end = index->after(row, area.last_mcu).bit;
    // One byte more: where the last one is 0xFF, the zero behind it belongs to it.
    walker.go_to(row, mcu, place, std::min(bytes.size(), frame.scan_begin + (end + 7) / 8 + 1));
    scan.fill(bytes.size());
    begins.push_back(walker.position());
  }
  if (area.last_read_row < known_rows) return true;

  if (record) {
    writer.reset(frame, 0);
    if (index) writer.copy(*index);
  }
  walker.go_to(known_rows, 0, index ? index->row_begin(known_rows) : JpegIndex::Place{},
               bytes.size());
  for (int row = known_rows; row <= area.last_read_row; ++row) {
    if (record) writer.add(walker.place());
    int left = frame.mcus_per_row;
    if (row >= area.first_row && row <= area.last_row) {
      if (!walker.advance(area.first_mcu - skipped)) return false;
      begins.push_back(walker.position());
      left -= area.first_mcu - skipped;
    }
    if (!walker.advance(left)) return false;
  }
  if (record) writer.add(walker.place());
  return true;
}

bool BaselineDecoder::State::decode_area(const McuArea& area) {
  RowsToDecode rows;
  rows.frame = &frame;
  rows.first_mcu = area.first_mcu - skipped;
  rows.mcu_count = area.last_mcu - rows.first_mcu + 1;
  rows.skipped_mcus = skipped;
  rows.first_row = area.first_row;
  rows.row_count = area.last_row - area.first_row + 1;
  rows.begins = begins.data();
  tables.give(rows);
  const size_t chunks = (static_cast<size_t>(rows.mcu_count) + kChunkMcus - 1) / kChunkMcus;
  for (int i = 0; i < frame.component_count; ++i) {
    const FrameComponent& component = frame.components[i];
    SamplePlane& plane = rows.planes[i];
    plane.stride = chunks * kChunkMcus * component.h * component.dct_size + 2 * kPlaneMargin;
    planes[i].resize(plane.stride * rows.row_count * component.v * component.dct_size +
                     kPlaneMargin);
    plane.samples = planes[i].data() + kPlaneMargin;
  }
  samples = {&frame, rows.first_mcu, area.first_row, rows.planes};
  return decode_rows(rows, *lanes, scan.size());
}

BaselineDecoder::BaselineDecoder(DecodeAccuracy accuracy)
    : state_(std::make_unique<State>(accuracy)) {}
BaselineDecoder::~BaselineDecoder() = default;

BaselineDecoder::Outcome BaselineDecoder::decode(Image& image, ByteView bytes, const Region& region,
                                                 IndexExchange* index, int scale) {
  State& state = *state_;
  if (index != nullptr) index->grown.resize(0);
  const DecodeReason reason = state.open(bytes);
  if (reason != DecodeReason::kNone) return {reason};
  scale_frame(state.frame, scale);
  if (!lies_inside(region, state.frame)) return {DecodeReason::kHeader};
  const McuArea area = area_of(state.frame, region, state.accuracy);

  std::optional<JpegIndex> known;
  if (index != nullptr && !index->known.empty()) {
    known = JpegIndex::open(index->known, state.frame, bytes);
  }
  const bool complete = known && known->rows() > area.last_read_row;
  const bool record =
      index != nullptr && index->record && !complete && (!known || known->every() == 0);
  if (!state.find_begins(area, bytes, known, record)) return {DecodeReason::kData};
  image.reshape(region.width, region.height);
  if (!state.decode_area(area)) return {DecodeReason::kData};
  if (state.accuracy == DecodeAccuracy::kExact) {
    finish_rows(image, state.samples, region, state.finish);
  } else {
    finish_rows_plainly(image, state.samples, region, state.finish);
  }
  // What does not fit the layout cannot be added, and would be met again and again.
  if (record && state.writer.rows() > (known ? known->rows() : 0)) {
    state.writer.write(index->grown, bytes);
  }
  return {DecodeReason::kNone, known.has_value()};
}

DecodeReason BaselineDecoder::make_index(ByteBuffer& index, ByteView bytes, int every) {
  State& state = *state_;
  index.resize(0);
  const DecodeReason reason = state.open(bytes);
  if (reason != DecodeReason::kNone) return reason;
  const JpegFrame& frame = state.frame;
  const McuWalk walk = state.tables.mcu_walk(bytes.size() - frame.scan_begin);
  ScanWalker walker(frame, walk, bytes, state.scan, state.lanes->bytes());
  state.writer.reset(frame, every);
  walker.go_to(0, 0, {}, bytes.size());
  for (int row = 0; row < frame.mcu_rows; ++row) {
    for (int mcu = 0; mcu < frame.mcus_per_row;) {
      state.writer.add(walker.place());
      const int step = every == 0 ? frame.mcus_per_row : std::min(every, frame.mcus_per_row - mcu);
      if (!walker.advance(step)) return DecodeReason::kData;
      mcu += step;
    }
  }
  state.writer.add(walker.place());
  state.writer.write(index, bytes);
  return DecodeReason::kNone;
}

DecodeReason BaselineDecoder::examine(ByteView bytes) {
  return state_->open(bytes);
}

}  // namespace headrace
