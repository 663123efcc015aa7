#include "headrace/formats/side_file_home.h"

#include <fmt/format.h>

#include <optional>

#include "headrace/formats/fingerprint.h"
#include "headrace/formats/path.h"
#include "headrace/formats/shard_name.h"

namespace headrace {
namespace {

constexpr size_t kMaxReadable = SideFileHome::kMaxNameBytes - 1 - 16;

std::string with_hash(std::string_view readable, const std::vector<std::string>& paths) {
  Fingerprint names;
  for (const std::string& path : paths) names.add(base_name(path));
  return fmt::format("{}-{:016x}", readable.substr(0, kMaxReadable), names.value());
}

// "train-of-00008.tfrecord" where these are all shards of one set in order; else empty.
std::string set_name(const std::vector<std::string>& paths) {
  const std::optional<ShardName> first = parse_shard_name(base_name(paths.front()));
  if (!first || first->count != static_cast<int64_t>(paths.size())) return "";
  for (size_t i = 0; i < paths.size(); ++i) {
    const std::optional<ShardName> shard = parse_shard_name(base_name(paths[i]));
    if (!shard || shard->index != static_cast<int64_t>(i) || shard->count != first->count ||
        shard->stem != first->stem || shard->extension != first->extension) {
      return "";
    }
  }
  return fmt::format("{}-of-{:05}{}", first->stem, first->count, first->extension);
}

}  // namespace

SideFileHome home_of_files(const std::vector<std::string>& paths) {
  const std::string_view first = base_name(paths.front());
  std::string name = set_name(paths);
  if (name.empty()) name = paths.size() == 1 ? std::string(first) : with_hash(first, paths);
  if (name.size() > SideFileHome::kMaxNameBytes) name = with_hash(name, paths);
  return {folder_of(paths.front()), std::move(name)};
}

}  // namespace headrace
