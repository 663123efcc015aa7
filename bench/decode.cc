// What decoding costs, way by way: libjpeg-turbo's full and region decode, our own decoder without
// an index, with one, while recording one, and making one. bench/README.md says how it measures.
//
//   bench_decode [DATA] [--passes N | --seconds S] [--limit N] [--target NAME] [--json FILE]
//
// Exit codes: 0 measured, 1 something failed or pixels differ, 2 bad arguments.
#include <fmt/core.h>
#include <hwy/targets.h>
#include <sched.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "decode_table.h"
#include "decode_variants.h"
#include "headrace/augment/resize_highway.h"
#include "headrace/augment/transform.h"
#include "headrace/decoders/baseline/baseline_decoder.h"
#include "headrace/report/environment.h"
#include "interleaved.h"
#include "pictures.h"

namespace headrace {
namespace {

constexpr const char* kUsage =
    R"(usage: bench_decode [DATA] [options]
  DATA            images as class folders or records (default: HEADRACE_BENCH_DATA, else the included ones)
  --passes N      passes over the pictures, after one that warms up (default 7)
  --seconds S     as many passes as begin in S seconds instead, for each of the two sets of pictures
  --limit N       only N pictures, spread over DATA
  --target NAME   run the instruction set NAME of Highway: avx2, avx3, ...
  --json FILE     write the figures as JSON, too; -: to stdout, instead of the tables
)";

struct Arguments {
  std::string data;
  MeasureOptions measure;
  int64_t limit = 0;
  std::string target;
  std::string json;
};

template <class T>
bool parse_number(T& number, std::string_view text) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number > 0;
}

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name.substr(0, 1) != "-") {
      if (!arguments.data.empty()) return {};
      arguments.data = name;
      continue;
    }
    if (++i == argc) return {};
    const std::string_view value = argv[i];
    bool good = true;
    if (name == "--passes") {
      good = parse_number(arguments.measure.passes, value);
    } else if (name == "--seconds") {
      good = parse_number(arguments.measure.seconds, value);
    } else if (name == "--limit") {
      good = parse_number(arguments.limit, value);
    } else if (name == "--target") {
      arguments.target = value;
    } else if (name == "--json") {
      arguments.json = value;
    } else {
      good = false;
    }
    if (!good) return {};
  }
  return arguments;
}

struct Data {
  std::string name;
  std::string why;
  bool photographs = true;  // as far as anybody knows
};

Data choose_data(const Arguments& arguments) {
  if (!arguments.data.empty()) return {arguments.data, "the argument"};
  const char* const named = std::getenv("HEADRACE_BENCH_DATA");
  if (named != nullptr && *named != '\0') return {named, "HEADRACE_BENCH_DATA"};
  return {HEADRACE_INCLUDED_DATA,
          "included: pictures of 100 x 100 say little about photographs; set HEADRACE_BENCH_DATA "
          "for those",
          false};
}

// Lets Highway run one instruction set only. Errors: kInvalidArgument, naming those there are.
Status use_target(const std::string& name) {
  if (name.empty()) return Status();
  std::string names;
  for (int64_t rest = hwy::SupportedTargets(); rest != 0; rest &= rest - 1) {
    const int64_t target = rest & -rest;
    std::string supported = hwy::TargetName(target);
    std::transform(supported.begin(), supported.end(), supported.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (supported == name) {
      hwy::SetSupportedTargetsForTest(target);
      return Status();
    }
    names += (names.empty() ? "" : ", ") + supported;
  }
  return invalid_argument("--target {}: this machine runs {}", name, names);
}

// Keeps this thread on the core it is on; that core, or -1 where the system does not let it.
int pin_to_this_core() {
  const int core = sched_getcpu();
  if (core < 0 || core >= CPU_SETSIZE) return -1;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  return sched_setaffinity(0, sizeof(cores), &cores) == 0 ? core : -1;
}

std::string command_line_of(int argc, char** argv) {
  std::string line = "bench_decode";
  for (int i = 1; i < argc; ++i) line += fmt::format(" {}", argv[i]);
  return line;
}

Result<DecodeSetResult> run_set(DecodeBench& bench, const PictureSet& set, bool has_goals,
                                const MeasureOptions& options) {
  fmt::print(stderr, "bench_decode: pictures {}: verifying {}\n", set.title, set.pictures.size());
  HEADRACE_RETURN_IF_ERROR(bench.verify(set));
  const std::vector<Task> tasks = bench.tasks(set);
  const auto after_pass = [](size_t passes) {
    fmt::print(stderr, "bench_decode: pass {} done\n", passes);
  };
  HEADRACE_ASSIGN_OR_RETURN(Timings timings,
                            measure(tasks, set.pictures.size(), options, after_pass));
  return DecodeSetResult{&set, has_goals, bench.paths(), std::move(timings)};
}

Status write(const std::string& text, const std::string& file) {
  if (file == "-") {
    fmt::print("{}", text);
    return Status();
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  return out ? Status() : io_error("cannot write {}", file);
}

Status run(const Arguments& arguments, std::string command_line) {
  DecodeResult result;
  result.environment = current_environment(std::move(command_line));
  HEADRACE_RETURN_IF_ERROR(use_target(arguments.target));
  result.instructions =
      fmt::format("decoding by {}, resizing by {}", baseline_decoder_target(), resize_target());
  getloadavg(&result.load_average, 1);
  const Data data = choose_data(arguments);
  result.data = fmt::format("{} ({})", data.name, data.why);

  HEADRACE_ASSIGN_OR_RETURN(const Transform transform, Transform::create({}));
  HEADRACE_ASSIGN_OR_RETURN(const PictureSet set,
                            open_pictures(data.name, arguments.limit, transform));
  const PictureSet encoded = reencode(set, 75);
  result.core = pin_to_this_core();
  DecodeBench bench(transform);
  for (const PictureSet* pictures : {&set, &encoded}) {
    HEADRACE_ASSIGN_OR_RETURN(
        DecodeSetResult measured,
        run_set(bench, *pictures, pictures == &set && data.photographs, arguments.measure));
    result.sets.push_back(std::move(measured));
  }
  if (arguments.json != "-") fmt::print("{}", decode_text(result));
  if (arguments.json.empty()) return Status();
  return write(decode_json(result), arguments.json);
}

}  // namespace
}  // namespace headrace

int main(int argc, char** argv) {
  const auto arguments = headrace::parse(argc, argv);
  if (!arguments) {
    fmt::print(stderr, "{}", headrace::kUsage);
    return 2;
  }
  try {
    const headrace::Status status =
        headrace::run(*arguments, headrace::command_line_of(argc, argv));
    if (status.ok()) return 0;
    fmt::print(stderr, "bench_decode: {}\n", status.message());
    return status.code() == headrace::StatusCode::kInvalidArgument ? 2 : 1;
  } catch (const std::exception& error) {  // memory
    fmt::print(stderr, "bench_decode: {}\n", error.what());
    return 1;
  }
}
