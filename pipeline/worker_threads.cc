#include "headrace/pipeline/worker_threads.h"

#include <oneapi/tbb/global_control.h>

#include <memory>

#include "headrace/base/mutex.h"

namespace headrace {
namespace {

struct Budget {
  Mutex mutex;
  int threads HEADRACE_GUARDED_BY(mutex) = 0;
  std::unique_ptr<tbb::global_control> control HEADRACE_GUARDED_BY(mutex);
};

// Never destroyed: a static loader may end after other statics.
Budget& budget() {
  static Budget* const instance = new Budget;
  return *instance;
}

void add(int threads) {
  Budget& b = budget();
  MutexLock lock(b.mutex);
  b.threads += threads;
  b.control.reset();  // the old limit first: the least of all that exist holds
  if (b.threads > 0) {
    // oneTBB counts the calling thread, which here only waits.
    b.control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                      static_cast<size_t>(b.threads) + 1);
  }
}

}  // namespace

WorkerThreads::WorkerThreads(int threads) : threads_(threads) {
  add(threads_);
}
WorkerThreads::~WorkerThreads() {
  add(-threads_);
}

}  // namespace headrace
