"""bench/peers/peer_headrace.py in each of its modes, on a few pictures: that it works, not how fast anything is.

Run by ctest with HEADRACE_BIN, the folder of the programs, set.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADRACE = pathlib.Path(os.environ["HEADRACE_BIN"]) / "headrace"
PICTURES = sorted((ROOT / "tests/data/sign-digits/val").glob("*/*.JPG"))


class PeerHeadrace(unittest.TestCase):
    def test_every_mode_gives_a_row_for_the_table(self):
        with tempfile.TemporaryDirectory() as folder:
            data, records = pathlib.Path(folder, "data"), pathlib.Path(folder, "records")
            records.mkdir()
            for number in range(70):  # a batch of 64 and some
                picture = PICTURES[number % len(PICTURES)]
                (data / picture.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(picture, data / picture.parent.name / f"{number}.jpg")
            results = pathlib.Path(folder, "results.jsonl")
            for mode in ["files-no-index", "files", "tfrecord-no-index", "tfrecord-indexed"]:
                done = subprocess.run(
                    [sys.executable, ROOT / "bench/peers/peer_headrace.py", "--data", data, "--records", records,
                     "--mode", mode, "--seconds", "0.2", "--repeats", "2"],
                    capture_output=True, text=True, timeout=100, check=False,
                    env={**os.environ, "HEADRACE": str(HEADRACE), "PYTHONDONTWRITEBYTECODE": "1"})
                self.assertEqual(done.returncode, 0, done.stderr)
                row = json.loads(done.stdout)
                self.assertEqual((row["peer"], row["mode"], row["threads"]), ("headrace", mode, 1))
                self.assertGreater(row["images_per_s"], 0)
                self.assertLessEqual(row["images_per_s_min"], row["images_per_s_max"])
                with results.open("a", encoding="utf-8") as file:
                    file.write(done.stdout)
            table = subprocess.run([sys.executable, ROOT / "bench/peers/table.py", results],
                                   capture_output=True, text=True, timeout=100, check=True).stdout
            self.assertEqual(table.count("| headrace |"), 4)


if __name__ == "__main__":
    unittest.main()
