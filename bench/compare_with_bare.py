#!/usr/bin/env python3
"""The loader against bare libjpeg-turbo: on one core each, and on two cores.

    bench/compare_with_bare.py [DATA] [--build build/release] [--rounds 5] [--seconds 5]

Each round runs, one after the other and pinned by taskset:
    bare   bench_bare_decode DATA                     one core: decoding in full, and nothing else
    one    headrace bench DATA --threads 1 --batch 64 the same core: all that a sample needs
    two    headrace bench DATA --threads 2 --batch 64 two cores
Rounds are interleaved, so that a machine that slows down slows all three; figures are medians.

DATA is a folder of JPEGs: the argument, else HEADRACE_BENCH_DATA, else tests/data/sign-digits.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDED = ROOT / "tests/data/sign-digits/train"


def fail(text):
    print(f"compare_with_bare: {text}", file=sys.stderr)
    sys.exit(1)


def run_pinned(cores, command):
    """The JSON that `command` prints when it may use only `cores`."""
    pinned = ["taskset", "-c", ",".join(map(str, cores))] + [str(word) for word in command]
    result = subprocess.run(pinned, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        fail(f"{' '.join(pinned)} ended with {result.returncode}:\n{result.stderr}")
    return json.loads(result.stdout)


def choose_data(argument):
    if argument:
        return argument, "the argument"
    if os.environ.get("HEADRACE_BENCH_DATA"):
        return os.environ["HEADRACE_BENCH_DATA"], "HEADRACE_BENCH_DATA"
    return str(INCLUDED), ("the included data set: pictures of 100 x 100, so these figures are not "
                           "about photographs; set HEADRACE_BENCH_DATA for those")


def siblings(a, b):
    """Whether two logical cores are threads of one physical core; None where nothing says."""
    try:
        path = f"/sys/devices/system/cpu/cpu{a}/topology/thread_siblings_list"
        text = pathlib.Path(path).read_text()
    except OSError:
        return None
    found = set()
    for part in text.strip().split(","):
        ends = part.split("-")
        found.update(range(int(ends[0]), int(ends[-1]) + 1))
    return b in found


def measure(bin_folder, data, rounds, seconds, cores):
    loader = [bin_folder / "headrace", "bench", data, "--batch", 64, "--seconds", seconds,
              "--json", "-"]
    commands = {
        "bare": (cores[:1], [bin_folder / "bench_bare_decode", data, "--seconds", seconds]),
        "one": (cores[:1], loader + ["--threads", 1]),
        "two": (cores[:2], loader + ["--threads", 2]),
    }
    if len(cores) < 2:
        del commands["two"]
    results = {name: [] for name in commands}
    for number in range(rounds):
        for name, (on, command) in commands.items():
            results[name].append(run_pinned(on, command))
        rates = "  ".join(f"{name} {runs[-1]['images_per_second']:.1f}"
                          for name, runs in results.items())
        print(f"round {number + 1} of {rounds}, images/s: {rates}", file=sys.stderr)
    return results


def median_of(runs, key):
    return statistics.median(run[key] for run in runs)


def ratio(results, above, below, figure=lambda run: run["images_per_second"]):
    """Median and range over the rounds of one run's figure by another's in the same round."""
    if above not in results:
        return None
    ratios = [figure(a) / figure(b) for a, b in zip(results[above], results[below])]
    return {"median": statistics.median(ratios), "least": min(ratios), "greatest": max(ratios)}


def summarize(results):
    runs = {name: {key: median_of(runs, key) for key in
                   ("images_per_second", "cpu_seconds_per_1000_images", "peak_rss_bytes")}
            for name, runs in results.items()}
    return {"runs": runs,
            "loader_per_bare_one_core": ratio(results, "one", "bare"),
            "loader_per_bare_cpu_time": ratio(results, "one", "bare",
                                              lambda run: 1 / run["cpu_seconds_per_1000_images"]),
            "two_threads_per_one": ratio(results, "two", "one")}


def print_summary(summary):
    print(f"\n{'medians':<8}{'images/s':>12}{'CPU s / 1000 images':>22}{'peak RSS, MiB':>16}")
    for name, figures in summary["runs"].items():
        print(f"{name:<8}{figures['images_per_second']:>12.1f}"
              f"{figures['cpu_seconds_per_1000_images']:>22.3f}"
              f"{figures['peak_rss_bytes'] / 2**20:>16.1f}")
    print()
    for key, label in (("loader_per_bare_one_core", "loader / bare, images/s on one core"),
                       ("loader_per_bare_cpu_time", "loader / bare, images per CPU second"),
                       ("two_threads_per_one", "two threads / one, images/s")):
        found = summary[key]
        text = (f"{found['median']:.3f}  ({found['least']:.3f} to {found['greatest']:.3f})"
                if found else "n/a: one core only")
        print(f"{label:<38}{text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="write every run and the summary here")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("rounds and seconds must be positive")
    bin_folder = arguments.build / "bin"
    for program in ("headrace", "bench_bare_decode"):
        if not (bin_folder / program).is_file():
            fail(f"{bin_folder / program} is not there: build it first (bench/README.md)")

    data, why = choose_data(arguments.data)
    cores = sorted(os.sched_getaffinity(0))[:2]
    load_before = os.getloadavg()[0]
    results = measure(bin_folder, data, arguments.rounds, arguments.seconds, cores)

    bare, one = results["bare"][0], results["one"][0]
    environment = one["environment"]
    kib = bare["file_bytes"] / bare["files"] / 1024
    megapixels = bare["megapixels_per_second"] / bare["images_per_second"]
    print(f"data         {data}")
    print(f"             from {why}")
    print(f"             {bare['files']} JPEGs, {kib:.1f} KiB and {megapixels:.3f} MP each; "
          f"{bare['not_jpeg']} other files left out of bare")
    print(f"machine      {environment['machine']}")
    print(f"build        {environment['build']}; {bare['library']}")
    print(f"rounds       {arguments.rounds} of {arguments.seconds:g} s each, interleaved; cores "
          f"{', '.join(map(str, cores))}; load average before {load_before:.2f}")
    if environment.get("warning"):
        print(f"warning      {environment['warning']}")
    if load_before > 0.5:
        print("warning      others use this machine: believe the ratio by CPU time, not the rates")
    if len(cores) == 2 and siblings(*cores):
        print("warning      the two cores are threads of one physical core")
    summary = summarize(results)
    print_summary(summary)
    if arguments.json:
        arguments.json.write_text(json.dumps(
            {"data": data, "environment": environment, "cores": cores, "summary": summary,
             "rounds": results}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
