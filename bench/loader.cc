// The engine alone: samples that cost nothing, and samples that only sleep.
//
//   bench_loader [--seconds S] [--json]
//
// empty samples  what the engine costs a sample: claiming it, the batch, handing it out. CPU time
// of
//                the whole process, consumer included.
// sleeping       samples of 5 ms sleep on 1 and on 64 threads: how near to 64 times as many.
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>

#include "headrace/base/clock.h"
#include "headrace/base/machine.h"
#include "headrace/pipeline/loader_engine.h"
#include "headrace/report/environment.h"

namespace headrace {
namespace {

constexpr int64_t kRecords = int64_t{1} << 20;

class EmptySource final : public RecordSource {
 public:
  std::string_view format() const override { return "none"; }
  std::string_view payload() const override { return "none"; }
  int64_t size() const override { return kRecords; }
  const std::vector<std::string>& class_names() const override { return class_names_; }
  uint64_t fingerprint() const override { return 0; }
  SideFileHome side_file_home() const override { return {}; }
  Status read(Record&, int64_t) const override { return not_found("nothing in it"); }
  RecordPlace place(int64_t) const override { return {}; }

 private:
  std::vector<std::string> class_names_;
};

class SleepingFiller final : public SampleFiller {
 public:
  explicit SleepingFiller(std::chrono::milliseconds sleep) : sleep_(sleep) {}
  Outcome process(float*, int64_t, const RandomKey&) override {
    if (sleep_.count() > 0) std::this_thread::sleep_for(sleep_);
    return {};
  }
  void add_stats(StageStats&) const override {}
  uint64_t buffer_bytes() const override { return 0; }

 private:
  const std::chrono::milliseconds sleep_;
};

struct Rate {
  double samples_per_second = 0;
  double cpu_us_per_sample = 0;
};

Rate measure(int threads, int batch_size, std::chrono::milliseconds sleep, double seconds) {
  const EmptySource source;
  ImageLoaderOptions options{.batch_size = batch_size, .threads = threads};
  options.transform.size = 1;
  const EpochPlan plan(source.size(), batch_size, 0, 1, TailPolicy::kDrop);
  LoaderEngine engine(
      source, options, plan, [&] { return std::make_unique<SleepingFiller>(sleep); }, [] {},
      BadSampleLog::open({}, source, plan.samples(), 0).value(), std::nullopt);
  engine.start_epoch(0);
  int64_t epoch = 0;
  const auto take = [&](double until) {
    int64_t samples = 0;
    const Nanoseconds begin = steady_clock().now();
    while (to_seconds(steady_clock().now() - begin) < until) {
      const BatchPtr batch = engine.next().value();
      if (batch == nullptr) {
        engine.start_epoch(++epoch);
      } else {
        samples += batch->size();
      }
    }
    return samples;
  };
  take(seconds / 5);
  const Nanoseconds begin = steady_clock().now();
  const Nanoseconds cpu = process_cpu_time();
  const auto samples = static_cast<double>(take(seconds));
  return {samples / to_seconds(steady_clock().now() - begin),
          to_seconds(process_cpu_time() - cpu) * 1e6 / samples};
}

struct Arguments {
  double seconds = 2;
  bool json = false;
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--json") {
      arguments.json = true;
    } else if (word == "--seconds" && i + 1 < argc) {
      const std::string_view value = argv[++i];
      const char* const end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, arguments.seconds);
      if (error != std::errc() || stop != end || !(arguments.seconds > 0)) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

int run(int argc, char** argv) {
  const std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) {
    fmt::print(stderr,
               "usage: bench_loader [--seconds S] [--json]\n"
               "what the loader's engine costs, without reading, decoding and augmenting; "
               "S: length of each\nmeasurement, default 2\n");
    return 2;
  }
  const double seconds = arguments->seconds;
  using namespace std::chrono_literals;
  constexpr double kGoalMicroseconds = 3;
  constexpr double kGoalTimes = 60;
  const Rate one = measure(1, 256, 0ms, seconds);
  const Rate two = measure(2, 256, 0ms, seconds);
  const Rate sleeping = measure(1, 64, 5ms, seconds);
  const Rate sleeping64 = measure(64, 64, 5ms, seconds);
  const double times = sleeping64.samples_per_second / sleeping.samples_per_second;
  if (arguments->json) {
    const nlohmann::ordered_json result = {
        {"command", "bench_loader"},
        {"machine", describe_machine()},
        {"empty_samples",
         {{"one_thread_per_second", one.samples_per_second},
          {"one_thread_cpu_us", one.cpu_us_per_sample},
          {"two_threads_per_second", two.samples_per_second},
          {"two_threads_cpu_us", two.cpu_us_per_sample},
          {"goal_cpu_us", kGoalMicroseconds}}},
        {"sleeping_samples",
         {{"one_thread_per_second", sleeping.samples_per_second},
          {"64_threads_per_second", sleeping64.samples_per_second},
          {"times", times},
          {"goal_times", kGoalTimes}}}};
    fmt::print("{}\n", result.dump(2));
    return 0;
  }
  const Environment environment = current_environment();
  fmt::print("machine   {}\nbuild     {}\n", environment.machine, environment.build);
  if (!environment.warning.empty()) fmt::print("warning   {}\n", environment.warning);
  fmt::print(
      "empty     {:.2f} us CPU a sample on one thread, {:.2f} on two (goal: at most {:g}); {:.0f} "
      "and {:.0f} samples/s\n",
      one.cpu_us_per_sample, two.cpu_us_per_sample, kGoalMicroseconds, one.samples_per_second,
      two.samples_per_second);
  fmt::print(
      "sleeping  64 threads make {:.1f} times what one makes of samples that sleep 5 ms (goal: "
      "{:g})\n",
      times, kGoalTimes);
  return 0;
}

}  // namespace
}  // namespace headrace

int main(int argc, char** argv) {
  return headrace::run(argc, argv);
}
