#include "headrace/pipeline/loader_state.h"

#include <fmt/core.h>

#include <bit>
#include <charconv>
#include <nlohmann/json.hpp>

#include "headrace/formats/fingerprint.h"
#include "headrace/pipeline/image_loader.h"

namespace headrace {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;

bool read_count(int64_t& value, const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return false;
  const auto number = found->get<uint64_t>();
  value = static_cast<int64_t>(number);
  return number <= uint64_t{1} << 62;
}

bool read_fingerprint(uint64_t& value, const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return false;
  const auto& text = found->get_ref<const std::string&>();
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  return text.size() == 16 && error == std::errc() && stop == end;
}

}  // namespace

std::string to_token(const LoaderState& state) {
  return fmt::format(
      R"({{"headrace_loader":{},"epoch":{},"samples":{},"bad_samples":{},"data":"{:016x}","options":"{:016x}"}})",
      kVersion, state.epoch, state.samples, state.bad_samples, state.data, state.options);
}

Result<LoaderState> parse_token(std::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return invalid_argument("a loader's state has at most {} bytes, this has {}", kMaxTokenBytes,
                            token.size());
  }
  const Json json = Json::parse(token, nullptr, /*allow_exceptions=*/false);
  int64_t version = 0;
  if (!json.is_object() || !read_count(version, json, "headrace_loader")) {
    return invalid_argument("not a loader's state: it begins with {{\"headrace_loader\":1, ...");
  }
  if (version != kVersion) {
    return invalid_argument("a loader's state of version {}: this headrace reads version {}",
                            version, kVersion);
  }
  LoaderState state;
  if (!read_count(state.epoch, json, "epoch") || !read_count(state.samples, json, "samples") ||
      !read_count(state.bad_samples, json, "bad_samples") ||
      !read_fingerprint(state.data, json, "data") ||
      !read_fingerprint(state.options, json, "options")) {
    return invalid_argument("a loader's state with parts missing or broken: {}", token);
  }
  return state;
}

uint64_t options_fingerprint(const ImageLoaderOptions& options) {
  Fingerprint hash;
  const auto add_real = [&](double value) { hash.add(std::bit_cast<uint64_t>(value)); };
  hash.add("headrace options 1");
  hash.add(options.seed);
  hash.add(uint64_t{options.shuffle});
  hash.add(static_cast<uint64_t>(options.shuffle_block));
  hash.add(static_cast<uint64_t>(options.tail));
  hash.add(static_cast<uint64_t>(options.bad_samples.on_error));

  const TransformOptions& transform = options.transform;
  hash.add(static_cast<uint64_t>(transform.preset));
  hash.add(static_cast<uint64_t>(transform.size));
  hash.add(static_cast<uint64_t>(transform.resize_short_side));
  for (const double value : transform.scale) add_real(value);
  for (const double value : transform.aspect_ratio) add_real(value);
  add_real(transform.flip_probability);
  for (const float value : transform.mean) add_real(value);
  for (const float value : transform.std) add_real(value);

  const DecodeOptions& decode = options.decode;
  hash.add(uint64_t{decode.apply_exif_orientation});
  hash.add(uint64_t{decode.strict_jpeg});
  hash.add(static_cast<uint64_t>(decode.accuracy));
  hash.add(decode.max_pixels);
  hash.add(decode.max_encoded_bytes);
  return hash.value();
}

}  // namespace headrace
