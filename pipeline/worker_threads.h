// How many threads oneTBB keeps for all loaders and conversions of this process together.
#pragma once

namespace headrace {

// While it lives, oneTBB's process-wide pool has `threads` workers more. oneTBB itself takes the
// least of several limits (tbb::global_control), which would starve the second of two loaders; this
// adds.
//
// Threads: construction and destruction may happen anywhere.
class WorkerThreads {
 public:
  explicit WorkerThreads(int threads);
  ~WorkerThreads();
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

 private:
  const int threads_;
};

}  // namespace headrace
