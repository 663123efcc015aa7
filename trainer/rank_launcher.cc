#include "headrace/trainer/rank_launcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

extern char** environ;

namespace headrace {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Socket {
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { close_now(); }
  void close_now() {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  int fd = -1;
  int port = 0;
};

Status listen_on_loopback(Socket& out) {
  out.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (out.fd < 0) return system_error(errno, "cannot open a socket for the ranks");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(out.fd, generic, size) != 0 || listen(out.fd, SOMAXCONN) != 0 ||
      getsockname(out.fd, generic, &size) != 0) {
    return system_error(errno, "cannot listen on 127.0.0.1 for the ranks");
  }
  out.port = ntohs(address.sin_port);
  return {};
}

// This process's environment with the variables of one rank put in place of any there were.
std::vector<std::string> environment_of(int rank, int ranks, const Socket& socket) {
  std::vector<std::string> own{
      "RANK=" + std::to_string(rank),
      "WORLD_SIZE=" + std::to_string(ranks),
      "LOCAL_RANK=" + std::to_string(rank),
      "LOCAL_WORLD_SIZE=" + std::to_string(ranks),
      "MASTER_ADDR=127.0.0.1",
      "MASTER_PORT=" + std::to_string(socket.port),
      "TORCHELASTIC_USE_AGENT_STORE=False",
  };
  if (rank == 0) own.push_back("HEADRACE_MASTER_LISTEN_FD=" + std::to_string(socket.fd));
  const size_t count = own.size();
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    const bool replaced =
        std::any_of(own.begin(), own.begin() + static_cast<ptrdiff_t>(count),
                    [name](const std::string& o) { return o.rfind(name, 0) == 0; });
    if (!replaced && name != "HEADRACE_MASTER_LISTEN_FD=") own.emplace_back(text);
  }
  return own;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

// The ranks that run. Ends and reaps what is left when it dies, whatever happened.
class Ranks {
 public:
  ~Ranks() {
    signal_all(SIGKILL);
    for (const pid_t pid : pids_) {
      if (pid > 0) waitpid(pid, nullptr, 0);
    }
  }

  // Between fork and exec only calls that are safe in a copy of a process with threads.
  Status start(const std::vector<std::string>& arguments,
               const std::vector<std::string>& environment, std::optional<int> inherited_fd) {
    const std::vector<char*> argv = pointers(arguments);
    const std::vector<char*> envp = pointers(environment);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) return system_error(errno, "cannot start a rank");
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(127);  // it died before the line above took effect
      setpgid(0, 0);
      sigset_t none;
      sigemptyset(&none);
      sigprocmask(SIG_SETMASK, &none, nullptr);
      if (inherited_fd) fcntl(*inherited_fd, F_SETFD, 0);  // not close-on-exec
      execve("/proc/self/exe", argv.data(), envp.data());
      _exit(127);
    }
    pids_.push_back(pid);
    return {};
  }

  // One that has ended since the last call, if any: its rank and wait status. A rank killed by a
  // signal comes before those that fail in its wake.
  struct Ended {
    int rank;
    int status;
  };
  std::optional<Ended> reap() {
    for (size_t i = 0; i < pids_.size(); ++i) {
      int status = 0;
      if (pids_[i] > 0 && waitpid(pids_[i], &status, WNOHANG) == pids_[i]) {
        pids_[i] = 0;
        ended_.push_back({static_cast<int>(i), status});
      }
    }
    if (ended_.empty()) return std::nullopt;
    auto next = std::find_if(ended_.begin(), ended_.end(),
                             [](const Ended& e) { return WIFSIGNALED(e.status); });
    if (next == ended_.end()) next = ended_.begin();
    const Ended first = *next;
    ended_.erase(next);
    return first;
  }

  bool running() const {
    return !ended_.empty() ||
           std::any_of(pids_.begin(), pids_.end(), [](pid_t pid) { return pid > 0; });
  }

  void signal_all(int signal) const {
    for (const pid_t pid : pids_) {
      if (pid > 0) kill(pid, signal);
    }
  }

 private:
  std::vector<pid_t> pids_;  // by rank; 0 once reaped
  std::vector<Ended> ended_;
};

std::string describe(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return fmt::format("was killed by signal {} ({})", signal, strsignal(signal));
  }
  return fmt::format("exited with status {}", WEXITSTATUS(wait_status));
}

}  // namespace

bool is_rank() {
  return std::getenv("RANK") != nullptr || std::getenv("WORLD_SIZE") != nullptr;
}

Status launch_ranks(const std::vector<std::string>& arguments, const RankLauncherOptions& options) {
  if (options.ranks < 1) return invalid_argument("ranks must be at least 1, not {}", options.ranks);
  Socket socket;
  HEADRACE_RETURN_IF_ERROR(listen_on_loopback(socket));

  Ranks ranks;
  for (int rank = 0; rank < options.ranks; ++rank) {
    HEADRACE_RETURN_IF_ERROR(ranks.start(arguments, environment_of(rank, options.ranks, socket),
                                         rank == 0 ? std::optional<int>(socket.fd) : std::nullopt));
  }
  socket.close_now();  // or a rank 0 that died would still seem to listen

  Status outcome;
  std::optional<SteadyTime> ask_again;  // when the next harsher signal is due
  int harsher = SIGTERM;
  const auto end_all = [&](int signal, int next) {
    ranks.signal_all(signal);
    harsher = next;
    ask_again = std::chrono::steady_clock::now() + options.grace;
  };
  while (ranks.running()) {
    if (const auto ended = ranks.reap()) {
      if (ended->status != 0 && outcome.ok()) {
        outcome = internal_error("rank {} of {} {}; the others were ended", ended->rank,
                                 options.ranks, describe(ended->status));
        end_all(SIGTERM, SIGKILL);
      }
      continue;
    }
    if (outcome.ok() && options.stop.stop_requested()) {
      outcome = cancelled("stopped; {} ranks were ended", options.ranks);
      end_all(SIGINT, SIGTERM);
    }
    if (ask_again && std::chrono::steady_clock::now() >= *ask_again) end_all(harsher, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return outcome;
}

}  // namespace headrace
