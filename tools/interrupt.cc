#include "headrace/tools/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace headrace {
namespace {

std::stop_source& source() {
  static std::stop_source instance;
  return instance;
}

}  // namespace

void stop_on_interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  source();  // made before the thread, so that it outlives it
  std::thread([signals] {
    int signal = 0;
    sigwait(&signals, &signal);
    if (isatty(STDERR_FILENO) == 1) {
      static constexpr char kText[] = "\nheadrace: stopping; Ctrl-C again ends at once\n";
      static_cast<void>(!write(STDERR_FILENO, kText, sizeof kText - 1));
    }
    source().request_stop();
    sigwait(&signals, &signal);
    _exit(128 + signal);
  }).detach();
}

std::stop_token interrupt_token() {
  return source().get_token();
}

}  // namespace headrace
