// How the cores of a machine are shared: among its ranks, and in each between model and loader.
#pragma once

namespace headrace {

struct ThreadBudget {
  int model = 1;
  int loader = 1;
};

// Splits `cores` evenly among `local_ranks`; of a rank's cores a quarter (at least one) decodes and
// the rest computes. `model_threads` and `loader_threads` are what was asked for; 0: decide here.
// The two sum to the rank's cores where it has two or more: threads that wait for each other's core
// cost more than idle ones, since torch's spin while they wait.
ThreadBudget thread_budget(int cores, int local_ranks, int model_threads, int loader_threads);

}  // namespace headrace
