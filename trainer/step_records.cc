#include "headrace/trainer/step_records.h"

#include <array>
#include <cstring>
#include <limits>
#include <optional>

namespace headrace {
namespace {

// A record as numbers: flag, total, phases, preprocess (2), reduction (3).
constexpr size_t kNumbers = 2 + kPhaseCount + 2 + 3;
constexpr int64_t kAbsent = std::numeric_limits<int64_t>::min();
using Numbers = std::array<int64_t, kNumbers>;

Numbers to_numbers(const StepRecord& step) {
  Numbers numbers;
  numbers.fill(kAbsent);
  auto next = numbers.begin();
  *next++ = step.first_of_epoch ? 1 : 0;
  *next++ = step.total.count();
  for (const auto& phase : step.phases) {
    if (phase) *next = phase->count();
    ++next;
  }
  if (step.preprocess) {
    next[0] = step.preprocess->wall.count();
    next[1] = step.preprocess->cpu.count();
  }
  next += 2;
  if (step.reduction) {
    next[0] = step.reduction->busy.count();
    next[1] = step.reduction->exposed.count();
    next[2] = step.reduction->hidden.count();
  }
  return numbers;
}

StepRecord from_numbers(const Numbers& numbers) {
  StepRecord step;
  auto next = numbers.begin();
  step.first_of_epoch = *next++ != 0;
  step.total = Nanoseconds(*next++);
  for (auto& phase : step.phases) {
    if (*next != kAbsent) phase = Nanoseconds(*next);
    ++next;
  }
  if (next[0] != kAbsent) {
    step.preprocess = PreprocessCost{.wall = Nanoseconds(next[0]), .cpu = Nanoseconds(next[1])};
  }
  next += 2;
  if (next[0] != kAbsent) {
    step.reduction = ReductionCost{.busy = Nanoseconds(next[0]),
                                   .exposed = Nanoseconds(next[1]),
                                   .hidden = Nanoseconds(next[2])};
  }
  return step;
}

// Of one number over all ranks. What a rank did not do took no time there; what none did is absent.
int64_t mean_of(std::span<const Numbers> ranks, size_t index) {
  int64_t sum = 0;
  bool present = false;
  for (const Numbers& numbers : ranks) {
    if (numbers[index] == kAbsent) continue;
    sum += numbers[index];
    present = true;
  }
  return present ? sum / static_cast<int64_t>(ranks.size()) : kAbsent;
}

}  // namespace

std::string pack_steps(std::span<const StepRecord> steps) {
  std::string bytes;
  for (const StepRecord& step : steps) {
    const Numbers numbers = to_numbers(step);
    bytes.append(reinterpret_cast<const char*>(numbers.data()), sizeof numbers);
  }
  return bytes;
}

Result<std::vector<StepRecord>> unpack_steps(std::string_view bytes) {
  if (bytes.size() % sizeof(Numbers) != 0) {
    return corrupt_data("{} bytes of step records are no multiple of {}", bytes.size(),
                        sizeof(Numbers));
  }
  std::vector<StepRecord> steps;
  for (size_t at = 0; at < bytes.size(); at += sizeof(Numbers)) {
    Numbers numbers;
    std::memcpy(numbers.data(), bytes.data() + at, sizeof numbers);
    steps.push_back(from_numbers(numbers));
  }
  return steps;
}

Result<std::vector<StepRecord>> mean_over_ranks(std::span<const std::vector<StepRecord>> ranks) {
  std::vector<StepRecord> means;
  if (ranks.empty()) return means;
  for (size_t rank = 0; rank < ranks.size(); ++rank) {
    if (ranks[rank].size() == ranks[0].size()) continue;
    return internal_error("rank {} measured {} steps, rank 0 {}", rank, ranks[rank].size(),
                          ranks[0].size());
  }
  std::vector<Numbers> column(ranks.size());
  for (size_t i = 0; i < ranks[0].size(); ++i) {
    for (size_t rank = 0; rank < ranks.size(); ++rank) column[rank] = to_numbers(ranks[rank][i]);
    Numbers mean;
    for (size_t k = 0; k < kNumbers; ++k) mean[k] = mean_of(column, k);
    StepRecord step = from_numbers(mean);
    step.first_of_epoch = ranks[0][i].first_of_epoch;
    step.total = Nanoseconds{0};
    for (const auto& phase : step.phases) step.total += phase.value_or(Nanoseconds{0});
    means.push_back(step);
  }
  return means;
}

}  // namespace headrace
