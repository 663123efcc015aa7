#include "headrace/pipeline/batch_digest.h"

#include <fmt/core.h>
#include <xxhash.h>

#include <bit>

namespace headrace {

static_assert(std::endian::native == std::endian::little, "the digest is defined little-endian");

struct BatchDigest::State {
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> xxh{XXH3_createState()};
};

BatchDigest::BatchDigest() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(state_->xxh.get());
}
BatchDigest::~BatchDigest() = default;

void BatchDigest::add(const Batch& batch) {
  XXH3_state_t* const xxh = state_->xxh.get();
  const int64_t head[] = {batch.epoch(), batch.index(), batch.size()};
  XXH3_128bits_update(xxh, head, sizeof head);
  XXH3_128bits_update(xxh, batch.ids().data(), batch.ids().size_bytes());
  XXH3_128bits_update(xxh, batch.labels().data(), batch.labels().size_bytes());
  XXH3_128bits_update(
      xxh, batch.images(),
      batch.floats_per_sample() * static_cast<size_t>(batch.size()) * sizeof(float));
}

std::string BatchDigest::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace headrace
