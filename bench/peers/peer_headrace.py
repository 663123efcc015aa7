"""headrace itself: `headrace bench`, one process per window."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

import common

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADRACE = os.environ.get("HEADRACE", str(ROOT / "build/release/bin/headrace"))
# What is read, and what more `headrace bench` is told.
MODES = {
    "files-no-index": ("files", ["--no-index"]),
    "files": ("files", []),
    "tfrecord-no-index": ("records/original", ["--no-index"]),
    "tfrecord-indexed": ("records/indexed", []),
}


def run(*words):
    done = subprocess.run([HEADRACE, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"headrace {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def prepare(kind, args):
    """Where the data lie: the folder itself, its index complete, or records made from it beside the peers'."""
    if kind == "files":
        common.read_all(args.data)
        run("index", args.data, "--json", "-")
        return args.data
    payload = kind.rpartition("/")[2]
    records = os.path.join(args.records, f"headrace-{payload}")
    if not os.path.isdir(records):
        run("convert", args.data, records, "--payload", payload, "--shards", "4", "--json", "-")
    return records


def main():
    args = common.parse_args(list(MODES), __doc__)
    kind, flags = MODES[args.mode]
    data = prepare(kind, args)
    words = ["bench", data, *flags, "--threads", str(args.threads), "--batch", str(common.BATCH), "--size", str(common.SIZE)]
    if args.digest:
        sys.exit("for a digest of headrace's batches: headrace bench --digest")
    windows = [json.loads(run(*words, "--seconds", str(args.seconds), "--json", "-")) for _ in range(args.repeats)]
    print(
        json.dumps(
            {
                "peer": "headrace",
                "version": run("--version").strip(),
                "mode": args.mode,
                "threads": args.threads,
                "images_per_s": round(statistics.median(w["images_per_second"] for w in windows), 1),
                "images_per_s_min": round(min(w["images_per_second"] for w in windows), 1),
                "images_per_s_max": round(max(w["images_per_second"] for w in windows), 1),
                "cpu_s_per_1000": round(statistics.median(w["cpu_seconds_per_1000_images"] for w in windows), 3),
                "peak_rss_mb": round(max(w["peak_rss_bytes"] for w in windows) / 2**20),
                "output": "float32 NCHW, checked by headrace's own tests",
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
