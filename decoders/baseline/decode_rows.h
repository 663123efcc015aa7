// Rows of MCUs to samples: the hot loop.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "headrace/decoders/baseline/jpeg_frame.h"
#include "headrace/decoders/baseline/scan_position.h"
#include "headrace/decoders/baseline/symbol_table.h"

namespace headrace {

// So many rows are decoded at once by one thread: their look-ups do not depend on each other, so
// one row's wait for memory is filled with another's work. Two gain most of it; from four on the
// registers do not suffice.
inline constexpr int kLanes = 3;

// MCUs that a lane decodes before their coefficients, still in the L1 cache, become samples.
// A multiple of the blocks that a vector holds.
inline constexpr int kChunkMcus = 16;
inline constexpr int kMaxChunkBlocks = kChunkMcus * kMaxBlocksPerMcu;

// What the loop works in: one piece of memory, so that one register leads to all of it.
struct alignas(128) LaneMemory {
  int16_t values[SymbolValues::kSize];
  // By block of a lane, the table for its first symbol; behind the last, no_symbols().
  std::array<const SymbolEntry*, kLanes*(kMaxChunkBlocks + 1)> tables;
  // In scan order, by block; zero between chunks.
  alignas(128) std::array<int16_t, kLanes*(kMaxChunkBlocks + 1) * kBlockSize> coefficients;
  // Behind it: the scan's bytes.
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(this + 1); }
};

// One component's samples of the rows being decoded. The first sample is that of their first MCU.
// Columns up to the next multiple of kChunkMcus MCUs are written.
struct SamplePlane {
  uint8_t* samples = nullptr;
  size_t stride = 0;  // bytes
};

struct RowsToDecode {
  const JpegFrame* frame = nullptr;
  int first_mcu = 0;     // column, in MCUs
  int mcu_count = 0;     // of each row
  int skipped_mcus = 0;  // the first of them, decoded only to find the others: no samples are made
  int first_row = 0;     // of MCUs
  int row_count = 0;
  const ScanPosition* begins = nullptr;  // of each row's first_mcu; into LaneMemory::bytes()
  std::array<const SymbolEntry*, kMaxComponents> tables{};
  std::array<const HuffmanCode*, kMaxComponents> dc_codes{};
  std::array<const HuffmanCode*, kMaxComponents> ac_codes{};
  std::array<SamplePlane, kMaxComponents> planes;
};

// No chunk takes more bytes; so many behind the scan's must be readable.
inline constexpr size_t kMaxChunkBytes = kMaxChunkBlocks * kMaxBlockBytes + 16;

// Decodes them. `byte_count`: of the scan's bytes. False where that is not what an encoder makes:
// no such code, a block of more than 64 coefficients, values beyond what islow DCT defines; the
// planes are unspecified then. Writes only to planes and memory, whatever the bytes are.
bool decode_rows(const RowsToDecode& rows, LaneMemory& memory, size_t byte_count);

}  // namespace headrace
