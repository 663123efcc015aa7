// headrace plan: what each rank will read, before training.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include "headrace/formats/record_source.h"
#include "headrace/pipeline/epoch_order.h"
#include "headrace/pipeline/epoch_plan.h"
#include "headrace/report/text_table.h"
#include "headrace/tools/command.h"
#include "headrace/tools/loader_flags.h"
#include "headrace/tools/numbers.h"

namespace headrace {
namespace {

constexpr int64_t kIdsShown = 4;

struct PlanFlags {
  std::string data;
  int batch_size = 32;
  int ranks = 1;
  TailPolicy tail = TailPolicy::kDrop;
  uint64_t seed = 0;
  int64_t epoch = 0;
  bool shuffle = true;
  int64_t shuffle_block = 0;
  std::string json;
};

struct RankShare {
  int rank = 0;
  int64_t batches = 0;
  int64_t records = 0;
  int64_t padding = 0;
  std::vector<int64_t> first{};  // ids
};

EpochOrder order_of(const PlanFlags& flags, int64_t records) {
  return EpochOrder(records, flags.seed, flags.epoch, flags.shuffle, flags.shuffle_block);
}

// How well it is shuffled, in words.
std::string shuffle_text(const PlanFlags& flags, int64_t records) {
  if (!flags.shuffle) return "none: the data set's own order";
  const double distance = shuffle_distance(order_of(flags, records), records);
  return fmt::format("{}: neighbours come {} records apart, {:.1f} % of what chance gives",
                     flags.shuffle_block == 0 ? std::string("full")
                                              : fmt::format("16 blocks of {} at a time",
                                                            with_commas(flags.shuffle_block)),
                     with_commas(static_cast<int64_t>(distance * static_cast<double>(records) / 3)),
                     distance * 100);
}

std::vector<RankShare> shares_of(const PlanFlags& flags, int64_t records) {
  const EpochOrder order = order_of(flags, records);
  std::vector<RankShare> shares;
  for (int rank = 0; rank < flags.ranks; ++rank) {
    const EpochPlan plan(records, flags.batch_size, rank, flags.ranks, flags.tail);
    RankShare share{.rank = rank, .batches = plan.batches(), .records = plan.samples()};
    if (flags.tail == TailPolicy::kPad) {
      share.padding = plan.batches() * flags.batch_size - plan.samples();
    }
    if (plan.batches() > 0) {
      const EpochPlan::Slots slots = plan.slots(0);
      for (int slot = 0; slot < std::min<int64_t>(slots.size, kIdsShown); ++slot) {
        share.first.push_back(order[plan.position(slots, slot)]);
      }
    }
    shares.push_back(std::move(share));
  }
  return shares;
}

// What becomes of the end of the epoch, in words.
std::string tail_text(const PlanFlags& flags, int64_t records,
                      const std::vector<RankShare>& shares) {
  int64_t used = 0;
  int64_t padding = 0;
  for (const RankShare& share : shares) {
    used += share.records;
    padding += share.padding;
  }
  std::string text(tail_policy_name(flags.tail));
  if (used < records) {
    text += fmt::format(": {} records are left out of each epoch{}", with_commas(records - used),
                        flags.shuffle ? ", others every time" : ", always the last");
  } else if (padding > 0) {
    text +=
        fmt::format(": {} slots at the end are padding, marked as not valid", with_commas(padding));
  } else if (shares.front().batches != shares.back().batches) {
    text +=
        ": ranks have different numbers of batches; whoever reduces gradients would wait for ever";
  } else {
    text += ": nothing is left over";
  }
  return text;
}

std::string ids_text(const std::vector<int64_t>& ids) {
  std::string text;
  for (const int64_t id : ids) text += fmt::format("{}{}", text.empty() ? "" : ", ", id);
  return text + (ids.empty() ? "-" : ", ...");
}

std::string text_of(const PlanFlags& flags, const RecordSource& source,
                    const std::vector<RankShare>& shares) {
  constexpr size_t kRanksShown = 32;
  const int64_t least = shares.back().batches;
  const int64_t most = shares.front().batches;
  TextTable head({Align::kLeft, Align::kLeft});
  head.add_row({"records", fmt::format("{}  ({})", with_commas(source.size()), source.format())});
  head.add_row(
      {"global batch",
       fmt::format("{}  ({} {} x {})", with_commas(int64_t{flags.ranks} * flags.batch_size),
                   flags.ranks, flags.ranks == 1 ? "rank" : "ranks", flags.batch_size)});
  head.add_row(
      {"steps", least == most
                    ? fmt::format("{} an epoch, on every rank", with_commas(most))
                    : fmt::format("{} to {} an epoch", with_commas(least), with_commas(most))});
  head.add_row({"shuffle", shuffle_text(flags, source.size())});
  head.add_row({"tail", tail_text(flags, source.size(), shares)});
  TextTable ranks({Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kLeft});
  ranks.add_row({"rank", "batches", "records", "padding",
                 fmt::format("begins epoch {} with records", flags.epoch)});
  ranks.add_rule();
  for (size_t i = 0; i < std::min(shares.size(), kRanksShown); ++i) {
    const RankShare& share = shares[i];
    ranks.add_row({fmt::to_string(share.rank), with_commas(share.batches),
                   with_commas(share.records), with_commas(share.padding), ids_text(share.first)});
  }
  std::string text = head.to_string() + "\n" + ranks.to_string();
  if (shares.size() > kRanksShown) {
    text +=
        fmt::format("... and {} more ranks: --json has them all\n", shares.size() - kRanksShown);
  }
  return text;
}

std::string json_of(const PlanFlags& flags, const RecordSource& source,
                    const std::vector<RankShare>& shares) {
  using Json = nlohmann::ordered_json;
  Json json = {
      {"command", "plan"},
      {"data", flags.data},
      {"format", source.format()},
      {"records", source.size()},
      {"batch_size", flags.batch_size},
      {"ranks", flags.ranks},
      {"global_batch", int64_t{flags.ranks} * flags.batch_size},
      {"tail", tail_policy_name(flags.tail)},
      {"epoch", flags.epoch},
      {"seed", flags.seed},
      {"shuffle", flags.shuffle},
      {"shuffle_block", flags.shuffle_block},
      {"shuffle_distance", shuffle_distance(order_of(flags, source.size()), source.size())}};
  Json& list = json["shares"] = Json::array();
  int64_t used = 0;
  for (const RankShare& share : shares) {
    used += share.records;
    list.push_back({{"rank", share.rank},
                    {"batches", share.batches},
                    {"records", share.records},
                    {"padding", share.padding},
                    {"first_records", share.first}});
  }
  json["records_used"] = used;
  json["records_left_out"] = source.size() - used;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status plan(const PlanFlags& flags) {
  HEADRACE_ASSIGN_OR_RETURN(const auto source, open_record_source(flags.data));
  if (source->size() == 0) return not_found("{} has no records", flags.data);
  const std::vector<RankShare> shares = shares_of(flags, source->size());
  if (flags.json != "-") fmt::print("{}", text_of(flags, *source, shares));
  HEADRACE_RETURN_IF_ERROR(write_json(json_of(flags, *source, shares), flags.json));
  if (shares.front().batches > 0) return {};
  return Status(StatusCode::kResourceExhausted,
                fmt::format("{} records do not fill one global batch of {}: nobody gets anything; "
                            "lower --batch, or take --tail pad",
                            source->size(), int64_t{flags.ranks} * flags.batch_size));
}

RunCommand configure(CLI::App& app) {
  const auto flags = std::make_shared<PlanFlags>();
  app.add_option("DATA", flags->data, "Image folder or record files")->required();
  app.add_option("--ranks", flags->ranks, "Processes that train together")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  app.add_option("--batch", flags->batch_size, "Samples a batch, of one rank")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  add_tail_flag(app, flags->tail);
  app.add_option("--epoch", flags->epoch, "Whose first records are shown")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 40))
      ->capture_default_str();
  app.add_option("--seed", flags->seed, "Decides the order, together with the epoch")
      ->check(CLI::Range(uint64_t{0}, kGreatestSeed))
      ->capture_default_str();
  add_shuffle_flags(app, flags->shuffle, flags->shuffle_block);
  add_json_flag(app, flags->json);
  app.footer(
      "No two ranks read the same record in an epoch, but for padding.\n"
      "Example: headrace plan imagenet/train --ranks 8 --batch 256\n"
      "         headrace plan imagenet/val --ranks 8 --batch 256 --tail pad");
  return [flags] { return plan(*flags); };
}

}  // namespace

const Command kPlanCommand{"plan", "prints what each rank will read, before training", configure};

}  // namespace headrace
