// Loaders over data in memory, for the tests of what a loader promises.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fake_source.h"
#include "headrace/pipeline/batch_digest.h"
#include "headrace/pipeline/image_loader.h"

namespace headrace {

inline ImageLoaderOptions small_options() {
  ImageLoaderOptions options;
  options.batch_size = 8;
  options.threads = 2;
  options.seed = 1;
  options.transform.size = 48;
  return options;
}

inline std::unique_ptr<ImageLoader> open(std::shared_ptr<const RecordSource> source,
                                         const ImageLoaderOptions& options) {
  return open_image_loader(std::move(source), options).value();
}

// Of one batch.
inline std::string digest_of(const Batch& batch) {
  BatchDigest digest;
  digest.add(batch);
  return digest.hex();
}

// Of epochs 0, 1, ... together.
inline std::string digest_of(ImageLoader& loader, int epochs) {
  BatchDigest digest;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (BatchPtr& batch : loader.epoch(epoch)) digest.add(*batch);
  }
  return digest.hex();
}

// Of each batch of the running epoch that is still to come.
inline std::vector<std::string> rest_of_epoch(ImageLoader& loader) {
  std::vector<std::string> digests;
  while (const BatchPtr batch = loader.next().value()) digests.push_back(digest_of(*batch));
  return digests;
}

inline std::vector<int64_t> ids_of(const Batch& batch) {
  return {batch.ids().begin(), batch.ids().end()};
}

}  // namespace headrace
