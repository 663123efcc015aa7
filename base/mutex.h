// std::mutex with the annotations clang needs to prove that guarded members are touched only under
// their lock (-Wthread-safety; an error in our lint). Other compilers see plain code.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define HEADRACE_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define HEADRACE_THREAD_ANNOTATION(x)
#endif
#define HEADRACE_GUARDED_BY(mutex) HEADRACE_THREAD_ANNOTATION(guarded_by(mutex))
#define HEADRACE_REQUIRES(mutex) HEADRACE_THREAD_ANNOTATION(requires_capability(mutex))
#define HEADRACE_EXCLUDES(mutex) HEADRACE_THREAD_ANNOTATION(locks_excluded(mutex))

namespace headrace {

class HEADRACE_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() HEADRACE_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() HEADRACE_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class HEADRACE_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) HEADRACE_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() HEADRACE_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits are written as loops over the guarded state, so that the analysis sees the reads:
//   MutexLock lock(mutex_);
//   while (!ready_) condition_.wait(mutex_);
class Condition {
 public:
  void wait(Mutex& mutex) HEADRACE_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace headrace
