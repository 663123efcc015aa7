#include "headrace/formats/shard_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace headrace {
namespace {

constexpr std::string_view kDigits = "0123456789";

// Takes "-DIGITS" off the end of `text`, as a number.
std::optional<int64_t> take_number(std::string_view& text) {
  const size_t dash = text.find_last_not_of(kDigits);
  if (dash == std::string_view::npos || text[dash] != '-') return std::nullopt;
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + dash + 1, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  text.remove_suffix(text.size() - dash);
  return number;
}

}  // namespace

std::optional<ShardName> parse_shard_name(std::string_view name) {
  const size_t of = name.rfind("-of-");
  if (of == std::string_view::npos) return std::nullopt;
  const size_t digits_end = std::min(name.find_first_not_of(kDigits, of + 4), name.size());
  const std::string_view extension = name.substr(digits_end);
  if (!extension.empty() && extension[0] != '.') return std::nullopt;
  std::string_view count_text = name.substr(of + 3, digits_end - of - 3);
  std::string_view stem = name.substr(0, of);
  const std::optional<int64_t> count = take_number(count_text);
  const std::optional<int64_t> index = take_number(stem);
  if (!count || !index || *index >= *count || stem.empty()) return std::nullopt;
  return ShardName{std::string(stem), *index, *count, std::string(extension)};
}

std::string format_shard_name(const ShardName& name) {
  return fmt::format("{}-{:05}-of-{:05}{}", name.stem, name.index, name.count, name.extension);
}

Status check_one_set(const std::vector<std::string>& names) {
  using Set = std::tuple<std::string, int64_t, std::string>;  // stem, count, extension
  std::map<Set, std::set<int64_t>> sets;
  std::string other;  // a name that is not made so
  ShardName last;
  for (const std::string& name : names) {
    std::optional<ShardName> shard = parse_shard_name(name);
    if (!shard) {
      other = name;
      continue;
    }
    if (!sets[{shard->stem, shard->count, shard->extension}].insert(shard->index).second) {
      return invalid_argument("two files are shard {} of {}: {}", shard->index, shard->count, name);
    }
    last = std::move(*shard);
  }
  if (sets.empty()) return {};
  if (sets.size() > 1 || !other.empty()) {
    std::vector<std::string> choices;
    for (const auto& [set, indices] : sets)
      choices.push_back(
          fmt::format("{}-*-of-{:05}{}", std::get<0>(set), std::get<1>(set), std::get<2>(set)));
    if (!other.empty()) choices.push_back(other);
    if (choices.size() > 5) choices.resize(5);
    return invalid_argument("several data sets in one folder, name one: {}",
                            fmt::join(choices, ", "));
  }
  const std::set<int64_t>& found = sets.begin()->second;
  const auto missing = last.count - static_cast<int64_t>(found.size());
  if (missing == 0) return {};
  int64_t first_missing = 0;
  while (found.count(first_missing) != 0) ++first_missing;
  last.index = first_missing;
  return not_found("{} of {} shards are missing, the first is {}", missing, last.count,
                   format_shard_name(last));
}

}  // namespace headrace
