"""bench_decode as ./dev bench decode runs it, on a few pictures: that it works, not how fast anything is.

Run by ctest with HEADRACE_BIN, the folder of the programs, set.
"""

import json
import os
import pathlib
import subprocess
import unittest

BIN = pathlib.Path(os.environ["HEADRACE_BIN"])
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "tests/data/sign-digits/val"
WAYS = ["libjpeg_region", "own", "own_row_index", "own_k8", "own_recording"]


def bench_decode(*args):
    return subprocess.run([BIN / "bench_decode", *map(str, args)], capture_output=True, text=True, timeout=200)


class BenchDecode(unittest.TestCase):
    def test_measures_every_way_on_both_sets_of_pictures(self):
        done = bench_decode(PICTURES, "--limit", 3, "--passes", 1, "--json", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(len(result["sets"]), 2)
        for pictures in result["sets"]:
            self.assertEqual((pictures["pictures"], pictures["passes"]), (3, 1))
            rows = pictures["rows"]
            self.assertEqual(list(rows), ["libjpeg_full", *WAYS, "make_row_index", "make_k8"])
            for way in WAYS:
                for column in ["decode", "end_to_end"]:
                    self.assertGreater(rows[way][column]["us_per_picture"], 0)
                self.assertIn("3", rows[way]["paths"])
            for way in ["libjpeg_full", "make_row_index", "make_k8"]:
                self.assertGreater(rows[way]["decode"]["images_per_second"], 0)
            self.assertEqual(rows["libjpeg_full"]["decode"]["times_as_fast_as_full"]["median"], 1)
        original, encoded = result["sets"]
        self.assertTrue(original["read_from_files"])
        self.assertFalse(encoded["read_from_files"])
        self.assertLess(encoded["mean_bytes"], original["mean_bytes"])

    def test_the_ways_are_the_ones_that_their_names_say(self):
        done = bench_decode(PICTURES, "--limit", 3, "--passes", 1, "--json", "-")
        rows = json.loads(done.stdout)["sets"][0]["rows"]
        self.assertEqual(rows["libjpeg_region"]["paths"], "libjpeg 3 (3 chosen)")
        if "processor" in rows["own"]["paths"]:
            self.skipTest("no vector instructions that the own decoder knows")
        self.assertEqual(rows["own"]["paths"], "own 3")
        self.assertEqual(rows["own_recording"]["paths"], "own 3")
        self.assertEqual(rows["own_row_index"]["paths"], "own, indexed 3")
        self.assertEqual(rows["own_k8"]["paths"], "own, indexed 3")

    def test_tables_name_the_environment(self):
        done = bench_decode(PICTURES, "--limit", 2, "--passes", 2)
        self.assertEqual(done.returncode, 0, done.stderr)
        for word in ["machine", "build", "libjpeg-turbo, full", "own, row index", "recording", "slower", "paths"]:
            self.assertIn(word, done.stdout)

    def test_bad_arguments_are_named_and_nothing_is_measured(self):
        for args in [["--passes", 0], ["--limit", "x"], ["--seconds"], ["--pass", 1], ["a", "b"],
                     [PICTURES, "--target", "mmx"]]:
            done = bench_decode(*args)
            self.assertEqual((done.returncode, done.stdout), (2, ""), args)
            self.assertTrue(done.stderr, args)
        done = bench_decode("/nowhere")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/nowhere", done.stderr)


if __name__ == "__main__":
    unittest.main()
