#include "headrace/trainer/rank_environment.h"

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace headrace {
namespace {

Result<int> read_number(const GetEnvironment& get, const char* name, int least, int greatest) {
  const char* text = get(name);
  if (text == nullptr) {
    return invalid_argument(
        "{} is not set, though other variables of a rank (RANK, WORLD_SIZE) are", name);
  }
  const std::string_view view = text;
  int number = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), number);
  if (error != std::errc() || end != view.data() + view.size()) {
    return invalid_argument("{}=\"{}\" is not a number", name, view);
  }
  if (number < least || number > greatest) {
    return invalid_argument("{}={} is not in {}..{}", name, number, least, greatest);
  }
  return number;
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.rfind("127.", 0) == 0;
}

}  // namespace

Result<RankEnvironment> read_rank_environment(const GetEnvironment& get) {
  constexpr int kMostRanks = 1 << 20;
  RankEnvironment environment;
  if (get("RANK") == nullptr && get("WORLD_SIZE") == nullptr) return environment;

  HEADRACE_ASSIGN_OR_RETURN(environment.world_size, read_number(get, "WORLD_SIZE", 1, kMostRanks));
  HEADRACE_ASSIGN_OR_RETURN(environment.rank,
                            read_number(get, "RANK", 0, environment.world_size - 1));
  if (environment.world_size == 1) return environment;

  const char* address = get("MASTER_ADDR");
  if (address == nullptr || *address == '\0') {
    return invalid_argument("MASTER_ADDR is not set: where does rank 0 of {} listen?",
                            environment.world_size);
  }
  environment.master_address = address;
  HEADRACE_ASSIGN_OR_RETURN(environment.master_port, read_number(get, "MASTER_PORT", 1, 65535));

  if (get("LOCAL_WORLD_SIZE") != nullptr) {
    HEADRACE_ASSIGN_OR_RETURN(environment.local_world_size,
                              read_number(get, "LOCAL_WORLD_SIZE", 1, environment.world_size));
    HEADRACE_ASSIGN_OR_RETURN(environment.local_rank,
                              read_number(get, "LOCAL_RANK", 0, environment.local_world_size - 1));
  } else if (is_loopback(environment.master_address)) {
    environment.local_rank = environment.rank;
    environment.local_world_size = environment.world_size;
  }

  const char* agent = get("TORCHELASTIC_USE_AGENT_STORE");
  environment.agent_listens = agent != nullptr && std::string_view(agent) == "True";
  if (environment.rank == 0 && get("HEADRACE_MASTER_LISTEN_FD") != nullptr) {
    HEADRACE_ASSIGN_OR_RETURN(environment.listen_fd,
                              read_number(get, "HEADRACE_MASTER_LISTEN_FD", 3, 1 << 20));
  }
  return environment;
}

Result<RankEnvironment> read_rank_environment() {
  return read_rank_environment([](const char* name) { return std::getenv(name); });
}

}  // namespace headrace
