#include "headrace/formats/manifest.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "headrace/formats/path.h"
#include "headrace/formats/tfrecord.h"

namespace headrace {
namespace {

using Json =
    nlohmann::json;  // a key is found in logarithmic time: objects of foreign bytes may have many
using OrderedJson = nlohmann::ordered_json;  // for writing, in the order of the header

constexpr uint64_t kMaxFileBytes = uint64_t{32} << 20;
constexpr int kMaxDepth = 3;  // the shards' objects; what is deeper is not ours

Result<std::string> text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return corrupt_data("\"{}\" is no text", key);
  return found->get<std::string>();
}

Result<uint64_t> number_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned())
    return corrupt_data("\"{}\" is no whole number", key);
  return found->get<uint64_t>();
}

Result<const Json*> array_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return corrupt_data("\"{}\" is no list", key);
  return &*found;
}

Result<uint32_t> parse_checksum(const std::string& text) {
  uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (text.size() != 8 || error != std::errc() || stop != end)
    return corrupt_data("\"crc32c\" is not eight hexadecimal digits");
  return value;
}

Result<ManifestShard> parse_shard(const Json& object) {
  if (!object.is_object()) return corrupt_data("no object");
  ManifestShard shard;
  HEADRACE_ASSIGN_OR_RETURN(shard.name, text_at(object, "name"));
  // A name that leads out of the folder would make a check of it read anything.
  if (shard.name.empty() || shard.name[0] == '.' || shard.name.find('/') != std::string::npos ||
      shard.name.find('\0') != std::string::npos) {
    return corrupt_data("\"name\" is no file name");
  }
  HEADRACE_ASSIGN_OR_RETURN(const uint64_t records, number_at(object, "records"));
  HEADRACE_ASSIGN_OR_RETURN(shard.bytes, number_at(object, "bytes"));
  if (records > shard.bytes) return corrupt_data("{} has more records than bytes", shard.name);
  if (shard.bytes > INT64_MAX) return corrupt_data("{} is too large", shard.name);
  shard.records = static_cast<int64_t>(records);
  if (object.contains("crc32c")) {
    HEADRACE_ASSIGN_OR_RETURN(const std::string checksum, text_at(object, "crc32c"));
    HEADRACE_ASSIGN_OR_RETURN(shard.crc32c, parse_checksum(checksum));
  }
  return shard;
}

Status parse_shards(std::vector<ManifestShard>& shards, const Json& list) {
  std::set<std::string> names;
  for (const Json& item : list) {
    Result<ManifestShard> shard = parse_shard(item);
    if (!shard.ok()) return shard.status().annotate(fmt::format("shard {}", shards.size()));
    if (!names.insert(shard->name).second) return corrupt_data("{} is there twice", shard->name);
    shards.push_back(std::move(*shard));
  }
  return {};
}

}  // namespace

std::string format_manifest(const Manifest& manifest) {
  OrderedJson shards = OrderedJson::array();
  for (const ManifestShard& shard : manifest.shards) {
    OrderedJson object = {{"name", shard.name}, {"records", shard.records}, {"bytes", shard.bytes}};
    if (shard.crc32c) object["crc32c"] = fmt::format("{:08x}", *shard.crc32c);
    shards.push_back(std::move(object));
  }
  const OrderedJson json = {{"format_version", Manifest::kFormatVersion},
                            {"format", manifest.format},
                            {"payload", manifest.payload},
                            {"class_names", manifest.class_names},
                            {"shards", std::move(shards)},
                            {"source", manifest.source},
                            {"software", manifest.software}};
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
  bool too_deep = false;
  const auto limit_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;  // false: keep nothing of it
  };
  const Json json = Json::parse(text.begin(), text.end(), limit_depth, /*allow_exceptions=*/false);
  if (too_deep || !json.is_object()) return corrupt_data("no JSON object");
  HEADRACE_ASSIGN_OR_RETURN(const uint64_t version, number_at(json, "format_version"));
  if (version != Manifest::kFormatVersion) {
    return unsupported("format version {}, this program knows {}", version,
                       Manifest::kFormatVersion);
  }
  Manifest manifest;
  HEADRACE_ASSIGN_OR_RETURN(manifest.format, text_at(json, "format"));
  HEADRACE_ASSIGN_OR_RETURN(manifest.payload, text_at(json, "payload"));
  HEADRACE_ASSIGN_OR_RETURN(manifest.source, text_at(json, "source"));
  HEADRACE_ASSIGN_OR_RETURN(manifest.software, text_at(json, "software"));
  HEADRACE_ASSIGN_OR_RETURN(const Json* const class_names, array_at(json, "class_names"));
  for (const Json& name : *class_names) {
    if (!name.is_string()) return corrupt_data("\"class_names\" holds something that is no text");
    manifest.class_names.push_back(name.get<std::string>());
  }
  HEADRACE_ASSIGN_OR_RETURN(const Json* const shards, array_at(json, "shards"));
  HEADRACE_RETURN_IF_ERROR(parse_shards(manifest.shards, *shards));
  return manifest;
}

Status write_manifest(const Storage& storage, const std::string& folder, const Manifest& manifest) {
  HEADRACE_ASSIGN_OR_RETURN(const std::unique_ptr<FileWriter> writer,
                            storage.create(join_path(folder, Manifest::kFileName)));
  HEADRACE_RETURN_IF_ERROR(writer->append(as_bytes(format_manifest(manifest))));
  return writer->commit();
}

Result<std::optional<Manifest>> read_manifest(const Storage& storage, const std::string& folder) {
  const std::string path = join_path(folder, Manifest::kFileName);
  ByteBuffer text;
  const Status status = storage.read_file(text, path, kMaxFileBytes);
  if (status.code() == StatusCode::kNotFound) return std::optional<Manifest>();
  HEADRACE_RETURN_IF_ERROR(status);
  Result<Manifest> manifest = parse_manifest(as_text(text.view()));
  if (!manifest.ok()) return manifest.status().annotate(path);
  return std::optional<Manifest>(std::move(*manifest));
}

}  // namespace headrace
