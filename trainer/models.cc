#include "headrace/trainer/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "headrace/trainer/resnet.h"

namespace headrace {
namespace {

struct KnownModel {
  std::string_view name;
  std::function<std::shared_ptr<Model>(int classes)> make;
};

KnownModel resnet(std::string_view name, const ResNetShape& shape) {
  return {name, [shape](int classes) { return make_resnet(shape, classes); }};
}

const std::vector<KnownModel>& known_models() {
  static const std::vector<KnownModel> models{
      resnet("resnet18", {.blocks = {2, 2, 2, 2}, .bottleneck = false}),
      resnet("resnet34", {.blocks = {3, 4, 6, 3}, .bottleneck = false}),
      resnet("resnet50", {.blocks = {3, 4, 6, 3}, .bottleneck = true}),
      resnet("resnet101", {.blocks = {3, 4, 23, 3}, .bottleneck = true}),
      resnet("resnet152", {.blocks = {3, 8, 36, 3}, .bottleneck = true}),
  };
  return models;
}

// Levenshtein's: insertions, deletions and replacements from one text to the other.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const KnownModel& model : known_models()) names.emplace_back(model.name);
  return names;
}

Status check_model_name(std::string_view name) {
  const std::vector<KnownModel>& models = known_models();
  const auto has_name = [name](const KnownModel& model) { return model.name == name; };
  if (std::any_of(models.begin(), models.end(), has_name)) return {};
  const auto nearest = std::min_element(
      models.begin(), models.end(), [name](const KnownModel& a, const KnownModel& b) {
        return edit_distance(a.name, name) < edit_distance(b.name, name);
      });
  return invalid_argument("unknown model \"{}\": did you mean \"{}\"? known are {}", name,
                          nearest->name, fmt::join(model_names(), ", "));
}

Result<std::shared_ptr<Model>> make_model(std::string_view name, int classes) {
  if (classes < 1) return invalid_argument("a model needs at least 1 class, not {}", classes);
  HEADRACE_RETURN_IF_ERROR(check_model_name(name));
  const std::vector<KnownModel>& models = known_models();
  return std::find_if(models.begin(), models.end(),
                      [name](const KnownModel& model) { return model.name == name; })
      ->make(classes);
}

}  // namespace headrace
