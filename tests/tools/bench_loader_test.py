"""bench_loader as ./dev bench loader runs it: that it works, not how fast anything is.

Run by ctest with HEADRACE_BIN, the folder of the programs, set.
"""

import json
import os
import pathlib
import subprocess
import unittest

BENCH = pathlib.Path(os.environ["HEADRACE_BIN"]) / "bench_loader"


def bench_loader(*args):
    return subprocess.run([BENCH, *args], capture_output=True, text=True, timeout=100, check=False)


class BenchLoader(unittest.TestCase):
    def test_measures(self):
        done = bench_loader("--seconds", "0.05", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertGreater(result["empty_samples"]["one_thread_per_second"], 0)
        self.assertGreater(result["sleeping_samples"]["times"], 0)
        text = bench_loader("--seconds", "0.05").stdout
        for word in ["machine", "build", "empty", "sleeping"]:
            self.assertIn(word, text)

    def test_wrong_usage_is_explained(self):
        for args in [["--seconds"], ["--seconds", "0"], ["--seconds", "nan"], ["x"]]:
            done = bench_loader(*args)
            self.assertEqual(done.returncode, 2)
            self.assertIn("usage", done.stderr)


if __name__ == "__main__":
    unittest.main()
