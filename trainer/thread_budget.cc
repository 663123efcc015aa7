#include "headrace/trainer/thread_budget.h"

#include <algorithm>

namespace headrace {

ThreadBudget thread_budget(int cores, int local_ranks, int model_threads, int loader_threads) {
  const int own = std::max(1, cores / std::max(1, local_ranks));
  ThreadBudget budget{.model = model_threads, .loader = loader_threads};
  if (budget.loader <= 0) {
    budget.loader = budget.model > 0 ? std::max(1, own - budget.model) : std::max(1, own / 4);
  }
  if (budget.model <= 0) budget.model = std::max(1, own - budget.loader);
  return budget;
}

}  // namespace headrace
