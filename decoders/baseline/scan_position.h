// A place in a scan where an MCU begins, and what walking from place to place needs.
#pragma once

#include <array>
#include <cstdint>

#include "headrace/decoders/baseline/huffman_code.h"
#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/walk_table.h"

namespace headrace {

struct ScanPosition {
  uint64_t bit = 0;  // from the begin of the scan's bytes without stuffing (scan_bytes.h)
  std::array<int, kMaxComponents> dc{};  // the components' DC predictors

  bool operator==(const ScanPosition&) const = default;
};

// No MCU takes more bytes: 6 blocks of 64 symbols, of at most 16 + kMaxValueBits bits each.
inline constexpr size_t kMaxBlockBytes = kBlockSize * (16 + kMaxValueBits) / 8;
inline constexpr int kMaxBlocksPerMcu = 6;
inline constexpr size_t kMaxMcuBytes = kMaxBlocksPerMcu * kMaxBlockBytes;

// One block of an MCU, in scan order.
struct WalkBlock {
  int component = 0;
  const uint16_t* dc_entries = nullptr;  // DcWalkTable
  const uint16_t* ac_entries = nullptr;  // AcWalkTable
  const HuffmanCode* dc_code = nullptr;
  const HuffmanCode* ac_code = nullptr;
};

struct McuWalk {
  int ac_window_bits = 0;  // of all ac_entries
  int count = 0;
  std::array<WalkBlock, kMaxBlocksPerMcu> blocks;
};

enum class WalkOutcome {
  kDone,
  kNeedsBytes,  // an MCU begins at or behind `limit`
  kIrregular,   // no symbol, a block of more than 64 coefficients, values of too many bits
};

// Walks over `mcus` MCUs from `position`, which becomes the place behind them. After an outcome
// other than kDone it is the begin of the MCU that was not walked over, and `mcus` is how many are
// left. Reads bytes up to limit + kMaxMcuBytes + 16, and uses nothing of them but as bits.
WalkOutcome walk_mcus(ScanPosition& position, int& mcus, const McuWalk& walk, const uint8_t* bytes,
                      uint64_t limit);

}  // namespace headrace
