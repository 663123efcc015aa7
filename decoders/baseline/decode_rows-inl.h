// The hot loop: Huffman codes to coefficients, three rows at once.
// Included once per Highway target, hence the guard that toggles.
#if defined(HEADRACE_DECODERS_DECODE_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HEADRACE_DECODERS_DECODE_ROWS_INL_H_
#undef HEADRACE_DECODERS_DECODE_ROWS_INL_H_
#else
#define HEADRACE_DECODERS_DECODE_ROWS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "headrace/decoders/baseline/chunk_idct-inl.h"
#include "headrace/decoders/baseline/decode_rows.h"
#include "headrace/decoders/baseline/walk_table.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {
#if HEADRACE_HAS_BASELINE_VECTORS

constexpr size_t kBlockBytes = kBlockSize * sizeof(int16_t);

// What the loop changes at each look-up, in registers.
struct Lane {
  uint64_t bit;              // position in the scan's bytes
  const SymbolEntry* table;  // for the next symbol
  uint64_t coefficient;      // where it goes: bytes from the begin of LaneMemory::coefficients
};

HWY_INLINE uint64_t load_window(const uint8_t* bytes, uint64_t bit) {
  uint64_t word;
  std::memcpy(&word, bytes + (bit >> 3), sizeof word);
  return __builtin_bswap64(word) << (bit & 7);
}

HWY_INLINE uint64_t extract_bits(uint64_t window, uint16_t value_bits) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2
  return __builtin_ia32_bextr_u64(window, value_bits);
#else
  return (window >> (value_bits & 63)) & ((uint64_t{1} << (value_bits >> 8)) - 1);
#endif
}

// The rows' way through the lanes, and everything that is rare.
class RowDecoder {
 public:
  RowDecoder(const RowsToDecode& rows, LaneMemory& memory, size_t byte_count)
      : rows_(rows),
        frame_(*rows.frame),
        memory_(memory),
        byte_count_(byte_count),
        idct_(rows),
        chunk_blocks_(kChunkMcus * frame_.blocks_per_mcu) {
    int block = 0;
    for (int c = 0; c < frame_.component_count; ++c) {
      for (int i = 0; i < frame_.components[c].h * frame_.components[c].v; ++i) {
        component_[block++] = static_cast<uint8_t>(c);
      }
    }
    const int lane_blocks = chunk_blocks_ + 1;
    for (int lane = 0; lane < kLanes; ++lane) {
      const SymbolEntry** tables = memory_.tables.data() + lane * lane_blocks;
      for (int i = 0; i < chunk_blocks_; ++i) {
        tables[i] = rows_.tables[component_[i % frame_.blocks_per_mcu]];
      }
      tables[chunk_blocks_] = no_symbols();
      states_[lane].first_block = lane * lane_blocks;
    }
  }

  bool run() {
    const int count = std::min(kLanes, rows_.row_count);
    std::array<Lane, kLanes> lanes{};
    for (int i = 0; i < count; ++i) lanes[i] = open_row(states_[i]);
    if (count == 3) return run3(lanes[0], lanes[1], lanes[2]);
    if (count == 2) return run2(lanes[0], lanes[1]);
    return run1(lanes[0]);
  }

 private:
  // What else belongs to a lane.
  struct LaneState {
    int first_block = 0;  // of the lane's, in LaneMemory
    int row = 0;
    int mcu = 0;      // of the row: those before are decoded
    int mcu_end = 0;  // where the next stop is
    int stop_block = 0;
    std::array<int, kMaxComponents> dc{};
  };

  enum class Step { kGoOn, kRowsAreOver, kIrregular };

  static constexpr uint64_t kInsideBlockBit = SymbolTable::kInsideBlock;

  // One look-up of a lane; kGoOn unless something rare ends it. Everything is inlined, so that
  // lanes live in registers.
  HWY_INLINE Step look_up(Lane& lane, uint64_t& window, LaneState& state) {
    const SymbolEntry& entry = lane.table[window >> (64 - kWindowBits)];
    const uint64_t advance = entry.advance;
    if (HWY_UNLIKELY((lane.coefficient & (kBlockBytes - 1)) + advance > kBlockBytes)) {
      Lane copy = lane;
      const Step step = rare(copy, state);
      lane = copy;
      window = load_window(memory_.bytes(), lane.bit);
      return step;
    }
    uint8_t* const at = reinterpret_cast<uint8_t*>(memory_.coefficients.data()) + lane.coefficient;
    const int64_t base = entry.value_base;
    const uint64_t bits = extract_bits(window, entry.value_bits);
    const int16_t first = entry.first_value;
    std::memcpy(at + entry.first_end - 2, &first, sizeof first);
    std::memcpy(at + advance - 2, memory_.values + SymbolValues::kFront + base + bits, 2);
    window <<= entry.bits & 63;
    lane.bit += entry.bits;
    const uint64_t round = static_cast<uint64_t>(base) >> 57;  // 127 where the block has ended
    lane.coefficient = (lane.coefficient + advance + round) & ~round;
    const auto inside = reinterpret_cast<const SymbolEntry*>(
        reinterpret_cast<uintptr_t>(lane.table) | kInsideBlockBit);
    const SymbolEntry* const next_block = memory_.tables[lane.coefficient / kBlockBytes];
    // The compiler is to select, not to branch: it is taken every tenth time, at random.
    lane.table =
        __builtin_expect_with_probability((lane.coefficient & (kBlockBytes - 1)) == 0, 1, 0.5)
            ? next_block
            : inside;
    return Step::kGoOn;
  }

  HWY_NOINLINE bool run1(Lane a) {
    for (;;) {
      uint64_t window = load_window(memory_.bytes(), a.bit);
      for (int i = 0; i < 3; ++i) {
        const Step step = look_up(a, window, states_[0]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) return step == Step::kRowsAreOver;
      }
    }
  }

  HWY_NOINLINE bool run2(Lane a, Lane b) {
    for (;;) {
      uint64_t window_a = load_window(memory_.bytes(), a.bit);
      uint64_t window_b = load_window(memory_.bytes(), b.bit);
      for (int i = 0; i < 3; ++i) {
        Step step = look_up(a, window_a, states_[0]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) {
          std::swap(states_[0], states_[1]);
          return step == Step::kRowsAreOver && run1(b);
        }
        step = look_up(b, window_b, states_[1]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) return step == Step::kRowsAreOver && run1(a);
      }
    }
  }

  HWY_NOINLINE bool run3(Lane a, Lane b, Lane c) {
    for (;;) {
      uint64_t window_a = load_window(memory_.bytes(), a.bit);
      uint64_t window_b = load_window(memory_.bytes(), b.bit);
      uint64_t window_c = load_window(memory_.bytes(), c.bit);
      for (int i = 0; i < 3; ++i) {
        Step step = look_up(a, window_a, states_[0]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) {
          std::swap(states_[0], states_[1]);
          std::swap(states_[1], states_[2]);
          return step == Step::kRowsAreOver && run2(b, c);
        }
        step = look_up(b, window_b, states_[1]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) {
          std::swap(states_[1], states_[2]);
          return step == Step::kRowsAreOver && run2(a, c);
        }
        step = look_up(c, window_c, states_[2]);
        if (HWY_UNLIKELY(step != Step::kGoOn)) return step == Step::kRowsAreOver && run2(a, b);
      }
    }
  }

  HWY_NOINLINE Step rare(Lane& lane, LaneState& state) {
    return lane.table == no_symbols() ? end_of_chunk(lane, state) : one_symbol(lane, state);
  }

  // A symbol by itself: its code is long, or the block ends behind it or is broken.
  Step one_symbol(Lane& lane, const LaneState& state) {
    size_t block = lane.coefficient / kBlockBytes;
    int k = static_cast<int>(lane.coefficient % kBlockBytes / sizeof(int16_t));
    const int component = component_[(block - state.first_block) % frame_.blocks_per_mcu];
    const uint64_t window = load_window(memory_.bytes(), lane.bit);
    const HuffmanCode& code = k == 0 ? *rows_.dc_codes[component] : *rows_.ac_codes[component];
    const HuffmanCode::Match match = code.match(static_cast<uint32_t>(window >> 48));
    if (match.length == 0) return Step::kIrregular;
    const AcSymbol ac(match.symbol);
    const int size = k == 0 ? match.symbol : ac.size;
    if (size > kMaxValueBits) return Step::kIrregular;
    if (k != 0 && ac.ends_block) {
      k = kBlockSize;
    } else {
      if (k != 0) k += ac.run;
      if (k >= kBlockSize) return Step::kIrregular;
      memory_.coefficients[block * kBlockSize + k] =
          static_cast<int16_t>(extend_value(window << match.length, size));
      ++k;
    }
    lane.bit += match.length + size;
    if (k == kBlockSize) {
      ++block;
      k = 0;
    }
    lane.coefficient = block * kBlockBytes + k * sizeof(int16_t);
    lane.table = memory_.tables[block] + (k == 0 ? 0 : kWindowSize);
    return Step::kGoOn;
  }

  Lane open_row(LaneState& state) {
    state.row = next_row_++;
    state.mcu = 0;
    const ScanPosition& begin = rows_.begins[state.row];
    state.dc = begin.dc;
    return open_chunk(begin.bit, state);
  }

  // Sets the lane to decode up to the next stop: the chunk's end, the row's, or a restart.
  Lane open_chunk(uint64_t bit, LaneState& state) {
    int end = std::min(rows_.mcu_count, state.mcu / kChunkMcus * kChunkMcus + kChunkMcus);
    if (frame_.restart_interval != 0) {
      end = std::min(end, state.mcu + frame_.restart_interval - mcus_since_restart(state));
    }
    state.mcu_end = end;
    const int in_chunk = state.mcu % kChunkMcus;
    const int block = state.first_block + in_chunk * frame_.blocks_per_mcu;
    state.stop_block = block + (end - state.mcu) * frame_.blocks_per_mcu;
    memory_.tables[state.stop_block] = no_symbols();
    return {bit, memory_.tables[block], block * kBlockBytes};
  }

  int mcus_since_restart(const LaneState& state) const {
    const int64_t mcu =
        int64_t{rows_.first_row + state.row} * frame_.mcus_per_row + rows_.first_mcu + state.mcu;
    return static_cast<int>(mcu % frame_.restart_interval);
  }

  HWY_NOINLINE Step end_of_chunk(Lane& lane, LaneState& state) {
    if (lane.bit > uint64_t{byte_count_} * 8) return Step::kIrregular;
    if (const int stop = state.stop_block - state.first_block; stop < chunk_blocks_) {
      memory_.tables[state.stop_block] = rows_.tables[component_[0]];
    }
    sum_dc(state);
    state.mcu = state.mcu_end;
    const bool row_is_over = state.mcu == rows_.mcu_count;
    if (row_is_over || state.mcu % kChunkMcus == 0) {
      int16_t* const blocks = memory_.coefficients.data() + state.first_block * kBlockSize;
      const int first = (state.mcu - 1) / kChunkMcus * kChunkMcus;
      if (!make_samples(blocks, state.row, first, state.mcu - first)) return Step::kIrregular;
    }
    if (row_is_over) {
      if (next_row_ >= rows_.row_count) return Step::kRowsAreOver;
      lane = open_row(state);
      return Step::kGoOn;
    }
    uint64_t bit = lane.bit;
    if (frame_.restart_interval != 0 && mcus_since_restart(state) == 0) {
      bit = (bit + 7) & ~uint64_t{7};
      state.dc = {};
    }
    lane = open_chunk(bit, state);
    return Step::kGoOn;
  }

  // Of MCUs [first, first + count) of a row.
  bool make_samples(int16_t* blocks, int row, int first, int count) {
    // Whole vectors of blocks are left out: the others begin where a vector does.
    const int skipped = std::clamp(rows_.skipped_mcus - first, 0, count) / kGroup * kGroup;
    std::fill_n(blocks, skipped * frame_.blocks_per_mcu * kBlockSize, int16_t{0});
    return idct_.run(blocks + skipped * frame_.blocks_per_mcu * kBlockSize, row, first + skipped,
                     count - skipped);
  }

  // The DC coefficients of the blocks since the last stop are differences; makes them values.
  void sum_dc(LaneState& state) {
    const int begin = state.first_block + state.mcu % kChunkMcus * frame_.blocks_per_mcu;
    int16_t* at = memory_.coefficients.data() + begin * kBlockSize;
    for (int mcu = state.mcu; mcu < state.mcu_end; ++mcu) {
      for (int i = 0; i < frame_.blocks_per_mcu; ++i, at += kBlockSize) {
        int& dc = state.dc[component_[i]];
        dc += *at;
        *at = static_cast<int16_t>(dc);
      }
    }
  }

  const RowsToDecode& rows_;
  const JpegFrame& frame_;
  LaneMemory& memory_;
  const size_t byte_count_;
  ChunkIdct idct_;
  const int chunk_blocks_;
  int next_row_ = 0;
  std::array<uint8_t, kMaxBlocksPerMcu> component_{};  // of an MCU's blocks
  std::array<LaneState, kLanes> states_;
};

inline bool decode_rows(const RowsToDecode& rows, LaneMemory& memory, size_t byte_count) {
  // An irregular picture leaves coefficients behind.
  const bool regular = RowDecoder(rows, memory, byte_count).run();
  if (!regular) memory.coefficients.fill(0);
  return regular;
}

#endif
}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();
#endif
