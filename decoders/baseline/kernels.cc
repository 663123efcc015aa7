// Everything of the decoder that is worth vector instructions, compiled once per Highway target
// (foreach_target.h includes this file again for each).

// On ARM machines that have it, SVE would be chosen; what is written here is for vectors of a known
// size, NEON's.
#if defined(__aarch64__) && !defined(HWY_DISABLED_TARGETS)
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "headrace/decoders/baseline/kernels.cc"
#include <hwy/foreach_target.h>
// After foreach_target.h, which decides what it means.
#include <hwy/highway.h>

#include "headrace/decoders/baseline/baseline_decoder.h"
#include "headrace/decoders/baseline/decode_rows-inl.h"
#include "headrace/decoders/baseline/finish_rows-inl.h"
#include "headrace/decoders/baseline/plain_rows-inl.h"
#include "headrace/decoders/baseline/remove_stuffing-inl.h"
#include "headrace/decoders/baseline/scan_bytes.h"
#include "headrace/decoders/baseline/symbol_table-inl.h"
#include "headrace/decoders/baseline/walk_mcus-inl.h"
#include "headrace/decoders/baseline/walk_table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace headrace {
namespace HWY_NAMESPACE {

#if HEADRACE_HAS_BASELINE_VECTORS

const char* decoder_target_name() {
  return hwy::TargetName(HWY_TARGET);
}

#else  // no vectors that this code knows: BaselineDecoder takes no picture

const char* decoder_target_name() {
  return "none";
}
size_t remove_stuffing(uint8_t*, size_t&, const uint8_t*, size_t) {
  return 0;
}
size_t count_stuffing(const uint8_t*, size_t) {
  return 0;
}
bool decode_rows(const RowsToDecode&, LaneMemory&, size_t) {
  return false;
}
void finish_rows(Image&, const DecodedSamples&, const Region&, FinishScratch&) {}
void finish_rows_plainly(Image&, const DecodedSamples&, const Region&, FinishScratch&) {}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace headrace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace headrace {

HWY_EXPORT(decoder_target_name);
HWY_EXPORT(remove_stuffing);
HWY_EXPORT(count_stuffing);
HWY_EXPORT(build_walk_chains);
HWY_EXPORT(build_symbol_entries);
HWY_EXPORT(walk_mcus);
HWY_EXPORT(decode_rows);
HWY_EXPORT(finish_rows);
HWY_EXPORT(finish_rows_plainly);

const char* baseline_decoder_target() {
  return HWY_DYNAMIC_DISPATCH(decoder_target_name)();
}

size_t remove_stuffing(uint8_t* out, size_t& written, const uint8_t* in, size_t size) {
  return HWY_DYNAMIC_DISPATCH(remove_stuffing)(out, written, in, size);
}

size_t count_stuffing(const uint8_t* in, size_t size) {
  return HWY_DYNAMIC_DISPATCH(count_stuffing)(in, size);
}

void build_walk_chains(uint16_t* chains, const HuffmanCode& code, int window_bits) {
  HWY_DYNAMIC_DISPATCH(build_walk_chains)(chains, code, window_bits);
}

void build_symbol_entries(SymbolEntry* entries, const HuffmanCode& dc, const HuffmanCode& ac) {
  HWY_DYNAMIC_DISPATCH(build_symbol_entries)(entries, dc, ac);
}

WalkOutcome walk_mcus(ScanPosition& position, int& mcus, const McuWalk& walk, const uint8_t* bytes,
                      uint64_t limit) {
  return HWY_DYNAMIC_DISPATCH(walk_mcus)(position, mcus, walk, bytes, limit);
}

bool decode_rows(const RowsToDecode& rows, LaneMemory& memory, size_t byte_count) {
  return HWY_DYNAMIC_DISPATCH(decode_rows)(rows, memory, byte_count);
}

void finish_rows(Image& image, const DecodedSamples& samples, const Region& region,
                 FinishScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(finish_rows)(image, samples, region, scratch);
}

void finish_rows_plainly(Image& image, const DecodedSamples& samples, const Region& region,
                         FinishScratch& scratch) {
  HWY_DYNAMIC_DISPATCH(finish_rows_plainly)(image, samples, region, scratch);
}

}  // namespace headrace
#endif  // HWY_ONCE
