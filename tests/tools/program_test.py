"""The programs as users run them: results for machines, and one clear error for each kind of bad input.

Run by ctest with HEADRACE_BIN (the folder of the programs), HEADRACE_HAS_TRAINER and HEADRACE_HAS_OPENCV set.
"""

import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["HEADRACE_BIN"])
ROOT = pathlib.Path(__file__).resolve().parents[2]
# A copy: loaders keep a side index beside their data.
HOME = tempfile.TemporaryDirectory(prefix="headrace-test-")
PICTURES = pathlib.Path(HOME.name) / "val"
shutil.copytree(ROOT / "tests/data/sign-digits/val", PICTURES, ignore=shutil.ignore_patterns(".headrace-*"))
INDEX = PICTURES / ".headrace-images.jpegidx"
HAS_TRAINER = os.environ.get("HEADRACE_HAS_TRAINER") == "1"
HAS_OPENCV = os.environ.get("HEADRACE_HAS_OPENCV") == "1"
PHASES = ["input_wait", "host_to_device", "forward", "backward", "rank_wait", "reduction", "optimizer", "other"]


def headrace(*args, **kwargs):
    return subprocess.run([BIN / "headrace", *map(str, args)], capture_output=True, text=True, timeout=110, **kwargs)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headrace-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        INDEX.unlink(missing_ok=True)

    def run_ok(self, *args):
        done = headrace(*args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def run_json(self, *args):
        return json.loads(self.run_ok(*args, "--json", "-"))

    def assert_fails(self, code, words, *args):
        """The command exits with `code` and says all of `words` in a few lines on stderr, and nothing else."""
        done = headrace(*args)
        self.assertEqual(done.returncode, code, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
        self.assertNotIn("terminate", done.stderr)
        self.assertLessEqual(done.stderr.count("\n"), 3, done.stderr)

    def records(self):
        target = self.folder / "records"
        self.run_ok("convert", PICTURES, target, "--shards", 2)
        return target


class Help(ProgramTest):
    def test_every_command_explains_itself(self):
        text = self.run_ok("--help")
        for command in ["convert", "index", "inspect", "plan", "bench"] + ["profile"] * HAS_TRAINER:
            self.assertIn(command, text)
            self.assertIn("Example: headrace " + command, self.run_ok(command, "--help"))

    def test_readme_example_is_the_one_that_is_compiled(self):
        readme = (ROOT / "README.md").read_text()
        compiled = (ROOT / "examples/count_images.cc").read_text()
        example = re.search(r"\[begin of the example\]\n(.*)// \[end", compiled, re.S).group(1)
        self.assertIn("```cpp\n" + example + "```", readme)


class Results(ProgramTest):
    def test_folder_and_records_give_the_same_digest_for_any_thread_count(self):
        records = self.records()
        digests = set()
        for data in [PICTURES, records]:
            for threads in [1, 2, 7]:
                result = self.run_json(
                    "bench", data, "--threads", threads, "--epochs", 2, "--digest", "--size", 64, "--batch", 16)
                self.assertEqual(result["images"], 2 * (201 // 16) * 16)
                digests.add(result["digest"])
        self.assertEqual(len(digests), 1)

    def test_bench_has_the_names_that_were_promised(self):
        result = self.run_json("bench", PICTURES, "--seconds", 0.3, "--threads", 2)
        for name in ["images", "images_per_second", "cpu_seconds_per_1000_images", "peak_rss_bytes"]:
            self.assertGreater(result[name], 0, name)
        self.assertLess(result["peak_rss_bytes"], 300e6)
        self.assertIsNone(result["digest"])
        stages = result["stages"]
        self.assertEqual([s["stage"] for s in stages] if isinstance(stages, list) else list(stages),
                         ["read", "peek", "decode", "augment"])

    def test_every_decoder_gives_the_same_samples_and_is_counted(self):
        digests = set()
        routes = {}
        for decoder in ["auto", "own", "libjpeg"] + ["opencv"] * HAS_OPENCV:
            result = self.run_json("bench", PICTURES, "--decoder", decoder, "--epochs", 1, "--digest", "--size", 64,
                                   "--batch", 67, "--strict-jpeg")
            digests.add(result["digest"])
            [routes[decoder]] = result["decoder_paths"]
            INDEX.unlink(missing_ok=True)
        self.assertEqual(len(digests), 1)
        for decoder, route in routes.items():
            path, reason = ("own", "none") if decoder in ["auto", "own"] else (decoder, "chosen")
            self.assertEqual(route, {"path": path, "reason": reason, "pictures": 201})
        self.assertIn("\ndecoders: libjpeg 201 (201 chosen)\n", self.run_ok(
            "bench", PICTURES, "--decoder", "libjpeg", "--epochs", 1, "--batch", 67, "--size", 64))

    def test_inspect_counts(self):
        for data in [PICTURES, self.records()]:
            result = self.run_json("inspect", data)
            self.assertEqual(result["with_index"], 0)
            self.assertEqual(result["records"], 201)
            self.assertEqual(result["labels"]["8"], 21)
            self.assertEqual(result["class_names"], [str(i) for i in range(10)])
            self.assertEqual(result["width"], {"min": 100, "max": 100, "mean": 100.0})
            self.assertEqual(result["decoder_paths"], [{"path": "own", "reason": "none", "pictures": 201}])
            self.assertRegex(self.run_ok("inspect", data), r"\n  decoders +own 201\n")

    def test_inspect_gives_a_sample_back_as_it_was(self):
        out = self.folder / "sample.jpg"
        result = self.run_json("inspect", self.records(), "--sample", 100, "--out", out)
        self.assertEqual(out.read_bytes(), (PICTURES / result["filename"]).read_bytes())

    def test_convert_again_from_records_gives_the_same_records(self):
        records = self.records()
        again = self.folder / "again" / "records"
        again.parent.mkdir()
        self.run_ok("convert", records, again, "--shards", 2)
        for shard in records.glob("*.tfrecord"):
            self.assertEqual(shard.read_bytes(), (again / shard.name).read_bytes())


class Plan(ProgramTest):
    def plan(self, *args):
        return self.run_json("plan", PICTURES, *args)

    def test_what_each_rank_reads_is_what_it_gets(self):
        plan = self.plan("--ranks", 1, "--batch", 16, "--seed", 3, "--epoch", 0)
        self.assertEqual((plan["records"], plan["records_left_out"], plan["global_batch"]), (201, 201 % 16, 16))
        self.assertEqual(plan["shares"][0]["batches"], 201 // 16)
        bench = self.run_json("bench", PICTURES, "--batch", 16, "--seed", 3, "--epochs", 1, "--size", 32)
        self.assertEqual(bench["images"], plan["shares"][0]["records"])

    def test_ranks_share_the_records(self):
        first = []
        for share in self.plan("--ranks", 4, "--batch", 4)["shares"]:
            self.assertEqual((share["batches"], share["records"], share["padding"]), (12, 48, 0))
            first += share["first_records"]
        self.assertEqual(len(set(first)), 16)
        self.assertEqual(first[:4], self.plan("--ranks", 1, "--batch", 16)["shares"][0]["first_records"])

    def test_shuffles_are_told_apart(self):
        full, block, none = (self.plan(*flags)["shuffle_distance"]
                             for flags in [[], ["--shuffle-block", 2], ["--no-shuffle"]])
        self.assertGreater(full, 0.8)
        self.assertTrue(0.02 < block < 0.75, block)
        self.assertLess(none, 0.02)
        self.assertIn("16 blocks of 2 at a time", self.run_ok("plan", PICTURES, "--shuffle-block", 2))
        self.assert_fails(2, ["--shuffle-block"], "plan", PICTURES, "--shuffle-block", -1)

    def test_tails(self):
        self.assertEqual(self.plan("--batch", 16)["records_left_out"], 9)
        padded = self.plan("--batch", 16, "--ranks", 3, "--tail", "pad")
        self.assertEqual([share["batches"] for share in padded["shares"]], [5, 5, 5])
        self.assertEqual(sum(share["records"] for share in padded["shares"]), 201)
        self.assertEqual(sum(share["padding"] for share in padded["shares"]), 5 * 48 - 201)
        uneven = self.plan("--batch", 16, "--ranks", 3, "--tail", "uneven")
        self.assertEqual([share["records"] for share in uneven["shares"]], [73, 64, 64])
        self.assertIn("would wait for ever", self.run_ok("plan", PICTURES, "--batch", 16, "--ranks", 3, "--tail", "uneven"))

    def test_a_batch_that_nothing_fills_is_a_problem(self):
        done = headrace("plan", PICTURES, "--ranks", 100, "--batch", 16)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1600", done.stderr)


class BadSamples(ProgramTest):
    """One picture of 201 that is none, and one that is cut off."""

    def setUp(self):
        super().setUp()
        self.data = self.folder / "data"
        shutil.copytree(PICTURES, self.data)
        self.bad = sorted((self.data / "3").iterdir())[:2]
        self.bad[0].write_text("this is no picture")
        self.bad[1].write_bytes(self.bad[1].read_bytes()[:900])
        self.quarantine = self.folder / "bad.jsonl"

    def bench(self, *args):
        return self.run_json("bench", self.data, "--epochs", 2, "--batch", 67, "--size", 32, "--digest",
                             "--transform", "eval", *args)

    def test_skip_and_replace_go_on_and_list_what_was_bad(self):
        skipped = self.bench("--on-error", "skip", "--quarantine", self.quarantine)
        self.assertEqual(skipped["images"], 2 * 199)
        self.assertEqual(skipped["bad_samples"]["count"], 4)
        lines = [json.loads(line) for line in self.quarantine.read_text().splitlines()]
        self.assertEqual(sorted(line["source"] for line in lines), sorted(str(path) for path in self.bad))
        for line in lines:
            self.assertEqual(list(line), ["record", "source", "offset", "category", "reason", "epoch", "rank", "action"])
            self.assertIsNone(line["offset"])
        digests = set()
        for threads in [1, 3]:
            replaced = self.bench("--on-error", "replace", "--threads", threads)
            self.assertEqual(replaced["images"], 2 * 201)
            digests.add(replaced["digest"])
        self.assertEqual(len(digests), 1)
        text = self.run_ok("bench", self.data, "--epochs", 1, "--batch", 67, "--on-error", "skip", "--transform", "eval")
        self.assertIn("bad samples (skip): ", text)

    def test_fail_is_the_default_and_budgets_hold(self):
        bench = ["bench", self.data, "--epochs", 1, "--batch", 67, "--transform", "eval"]
        self.assert_fails(1, [str(self.bad[0].parent)], *bench)
        self.assert_fails(1, ["2 samples of epoch 0 are bad", "max_bad_count = 1"],
                          *bench, "--on-error", "skip", "--max-bad-count", 1)
        self.assert_fails(1, ["max_bad_fraction = 0.005"],
                          *bench, "--on-error", "replace", "--max-bad-fraction", 0.005)
        self.assert_fails(2, ["--max-bad-fraction"], *bench, "--max-bad-fraction", 2)

    def test_a_record_is_named_by_shard_and_offset(self):
        records = self.records()
        shard = sorted(records.glob("*.tfrecord"))[1]
        damaged = bytearray(shard.read_bytes())
        damaged[len(damaged) // 2] ^= 4
        shard.write_bytes(damaged)
        self.run_ok("bench", records, "--epochs", 1, "--batch", 67, "--on-error", "skip", "--quarantine", self.quarantine)
        [line] = [json.loads(line) for line in self.quarantine.read_text().splitlines()]
        self.assertEqual((line["source"], line["category"]), (str(shard), "corrupt data"))
        self.assertGreater(line["offset"], 0)
        self.assertIn("checksum", line["reason"])
        self.assertNotIn(shard.name, line["reason"])


class Index(ProgramTest):
    # No prefetch: else the second epoch is begun before the first one's rows are all written.
    BENCH = ["--epochs", 2, "--digest", "--size", 64, "--batch", 67, "--prefetch", 0]

    @staticmethod
    def pictures_by_path(result):
        return {entry["path"]: entry["pictures"] for entry in result["decoder_paths"]}

    def test_epochs_make_it_and_use_it(self):
        plain = self.run_json("bench", PICTURES, *self.BENCH, "--no-index")
        self.assertEqual(self.pictures_by_path(plain), {"own": 402})
        self.assertFalse(INDEX.exists())
        grown = self.run_json("bench", PICTURES, *self.BENCH)
        self.assertEqual(self.pictures_by_path(grown), {"own": 201, "own, indexed": 201})
        self.assertEqual(grown["digest"], plain["digest"])
        self.assertIn(f"\nindex: {INDEX}\n", self.run_ok("bench", PICTURES, "--epochs", 1, "--batch", 67))
        self.assertNotIn("index:", self.run_ok("bench", PICTURES, "--epochs", 1, "--batch", 67, "--no-index"))

    def test_index_makes_it_complete(self):
        first = self.run_json("index", PICTURES)
        self.assertEqual((first["records"], first["indexed"], first["already_complete"]), (201, 201, 0))
        self.assertEqual(first["path"], str(INDEX))
        self.assertEqual((first["not_indexable"], first["bad_records"], first["stopped"]), ({}, 0, False))
        self.assertAlmostEqual(first["index_bytes_per_picture"], first["index_bytes"] / 201)
        self.assertGreater(first["images_per_second"], 0)
        again = self.run_json("index", PICTURES)
        self.assertEqual((again["indexed"], again["already_complete"]), (0, 201))
        self.assertEqual(again["index_bytes"], first["index_bytes"])
        finer = self.run_json("index", PICTURES, "--every", 2, "--threads", 1)
        self.assertEqual((finer["indexed"], finer["already_complete"]), (201, 0))
        self.assertGreater(finer["index_bytes"], 2 * first["index_bytes"])
        self.assertRegex(self.run_ok("index", PICTURES), r"already complete +201\nindex +" + re.escape(str(INDEX)))
        result = self.run_json("bench", PICTURES, *self.BENCH)
        self.assertEqual(self.pictures_by_path(result), {"own, indexed": 402})

    def test_data_that_cannot_be_written_have_it_in_the_cache(self):
        INDEX.mkdir()  # no file can take this name, whoever asks
        self.addCleanup(INDEX.rmdir)
        cache = self.folder / "cache"
        environment = {**os.environ, "HEADRACE_CACHE": str(cache)}
        done = headrace("index", PICTURES, "--json", "-", env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        path = pathlib.Path(json.loads(done.stdout)["path"])
        self.assertEqual(list(cache.iterdir()), [path])
        done = headrace("bench", PICTURES, "--epochs", "1", "--batch", "67", env=environment)
        self.assertIn("decoders: own, indexed 201\n", done.stdout)
        self.assertIn(f"index: {path}\n", done.stdout)

    def test_nowhere_to_keep_it_stops_index_but_not_bench(self):
        INDEX.mkdir()
        self.addCleanup(INDEX.rmdir)
        environment = {**os.environ, "HEADRACE_CACHE": "/proc/self"}
        done = headrace("index", PICTURES, env=environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("nowhere to keep a side index", done.stderr)
        done = headrace("bench", PICTURES, "--epochs", "2", "--batch", "67", env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("index: does not grow: nowhere to keep a side index"), 1)

    def test_damaged_pictures_are_named_and_the_others_done(self):
        data = self.folder / "data"
        shutil.copytree(PICTURES / "7", data / "7")
        count = len(list((data / "7").iterdir()))
        (data / "7" / "text.jpg").write_text("this is no picture")
        whole = next((PICTURES / "7").iterdir()).read_bytes()
        (data / "7" / "cut.jpg").write_bytes(whole[: len(whole) * 3 // 4])
        (data / "7" / "one.pgm").write_bytes(b"P5 1 1 255\n.")
        out = self.folder / "index.json"
        done = headrace("index", data, "--json", out)
        self.assertEqual(done.returncode, 1)
        self.assertIn("2 of", done.stderr)
        for name in ["text.jpg", "cut.jpg"]:
            self.assertRegex(done.stdout, f"\nbad: .*{name}: ")
        self.assertRegex(done.stdout, r"\nnot indexable +1  \(1 not JPEG\)")
        result = json.loads(out.read_text())
        self.assertEqual((result["indexed"], result["bad_records"]), (count, 2))
        self.assertEqual(len(result["problems"]), 2)
        self.assertEqual(result["not_indexable"], {"not JPEG": 1})

    def test_ctrl_c_keeps_what_was_done(self):
        data = self.folder / "many"
        for copy in range(100):
            shutil.copytree(PICTURES, data / str(copy), copy_function=os.link,
                            ignore=shutil.ignore_patterns(".headrace-*"))
        process = subprocess.Popen([BIN / "headrace", "index", str(data), "--every", "1", "--threads", "1"],
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        index = data / ".headrace-images.jpegidx"
        empty = 32 + 8 * 20100
        for _ in range(1000):
            time.sleep(0.01)
            if index.exists() and index.stat().st_size > empty:
                break
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("what was done is kept", errors)
        done = int(re.search(r"indexed +([\d,]+)", output).group(1).replace(",", ""))
        self.assertGreater(done, 0)
        self.assertLess(done, 20100)
        rest = self.run_json("index", data, "--every", 1)
        self.assertEqual((rest["indexed"], rest["already_complete"]), (20100 - done, done))

    def test_records_carry_it(self):
        plain, indexed = self.records(), self.folder / "indexed" / "records"
        indexed.parent.mkdir()
        result = self.run_json("convert", plain, indexed, "--shards", 2, "--payload", "indexed")
        self.assertEqual((result["payload"], result["indexed"], result["not_indexable"]), ("indexed", 201, {}))
        seen = self.run_json("inspect", indexed)
        self.assertEqual((seen["payload"], seen["with_index"]), ("indexed", 201))
        self.assertRegex(self.run_ok("inspect", indexed), r"\n  with index +201 in their records\n")
        self.assertGreater(self.run_json("inspect", indexed, "--sample", 3)["index_bytes"], 0)
        bench = self.run_json("bench", indexed, *self.BENCH)
        self.assertEqual(self.pictures_by_path(bench), {"own, indexed": 402})
        self.assertEqual(bench["digest"], self.run_json("bench", plain, *self.BENCH, "--no-index")["digest"])
        self.assertIn("nothing to do", self.run_ok("index", indexed))
        self.assertEqual([path for path in indexed.iterdir() if path.name.startswith(".headrace-")], [])
        # And back: the records that were there before.
        back = self.folder / "back" / "records"
        back.parent.mkdir()
        self.run_ok("convert", indexed, back, "--shards", 2)
        for shard in plain.glob("*.tfrecord"):
            self.assertEqual(shard.read_bytes(), (back / shard.name).read_bytes())

    def test_convert_counts_pictures_without(self):
        data = self.folder / "data"
        shutil.copytree(PICTURES / "7", data / "7")
        (data / "7" / "one.pgm").write_bytes(b"P5 1 1 255\n.")
        text = self.run_ok("convert", data, self.folder / "out", "--payload", "indexed", "--every", 4)
        self.assertIn("1 without, kept as they are (1 not JPEG)", text)


class BadInput(ProgramTest):
    def test_missing_folder(self):
        self.assert_fails(1, ["/no/such/folder"], "bench", "/no/such/folder")
        self.assert_fails(1, ["/no/such/folder"], "inspect", "/no/such/folder")
        self.assert_fails(1, ["/no/such/folder"], "index", "/no/such/folder")
        self.assert_fails(1, ["/no/such/folder"], "convert", "/no/such/folder", self.folder / "out")
        if HAS_TRAINER:
            self.assert_fails(1, ["/no/such/folder"], "profile", "/no/such/folder", "--ranks", 2)

    def test_empty_class(self):
        shutil.copytree(PICTURES, self.folder / "data")
        (self.folder / "data" / "empty_one").mkdir()
        self.assert_fails(1, ["empty_one"], "bench", self.folder / "data")

    def test_text_file_called_jpg(self):
        bad = self.folder / "data" / "7" / "x.jpg"
        shutil.copytree(PICTURES / "7", bad.parent)
        bad.write_text("this is no picture")
        self.assert_fails(1, [str(bad), "not a picture"],
                          "bench", self.folder / "data", "--epochs", 1, "--batch", 4)
        self.assert_fails(1, [str(bad), "not a picture"], "convert", self.folder / "data", self.folder / "out")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["data"])
        done = headrace("inspect", self.folder / "data")
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(bad), done.stdout + done.stderr)

    def test_truncated_jpeg(self):
        picture = self.folder / "data" / "7" / "cut.jpg"
        picture.parent.mkdir(parents=True)
        whole = next((PICTURES / "7").iterdir()).read_bytes()
        picture.write_bytes(whole[: len(whole) // 3])
        self.assert_fails(1, [str(picture)], "bench", self.folder / "data", "--epochs", 1, "--batch", 1,
                          "--transform", "eval")

    def test_jpeg_with_an_oddity(self):
        picture = self.folder / "data" / "7" / "odd.jpg"
        picture.parent.mkdir(parents=True)
        whole = next((PICTURES / "7").iterdir()).read_bytes()
        picture.write_bytes(whole[:2] + b"\1\2\3" + whole[2:])
        bench = ["bench", self.folder / "data", "--epochs", 1, "--batch", 1]
        self.assertIn("decoders: libjpeg 1 (1 odd header)", self.run_ok(*bench))
        self.assert_fails(1, [str(picture), "extraneous"], *bench, "--strict-jpeg")
        self.assert_fails(1, [str(picture), "our own decoder"], *bench, "--decoder", "own")

    def test_flipped_bit_in_a_record(self):
        records = self.records()
        shard = sorted(records.glob("*.tfrecord"))[1]
        damaged = bytearray(shard.read_bytes())
        damaged[len(damaged) // 2] ^= 4
        shard.write_bytes(damaged)
        self.assert_fails(1, [shard.name, "@", "checksum"], "bench", records, "--epochs", 1, "--batch", 1)

    def test_unwritable_target(self):
        (self.folder / "file").write_text("not a folder")
        target = self.folder / "file" / "records"
        self.assert_fails(1, [str(target)], "convert", PICTURES, target)
        self.assert_fails(1, [str(target)], "bench", PICTURES, "--epochs", 1, "--json", target)

    def test_target_inside_the_source(self):
        shutil.copytree(PICTURES / "7", self.folder / "data" / "7")
        self.assert_fails(2, ["is inside"], "convert", self.folder / "data", self.folder / "data" / "records")
        self.assertEqual(len(list((self.folder / "data").iterdir())), 1)

    def test_output_that_cannot_be_written(self):
        for flags in [[], ["--json", "-"]]:
            with open("/dev/full", "w") as full:
                done = subprocess.run([BIN / "headrace", "inspect", PICTURES, *flags], stdout=full,
                                      stderr=subprocess.PIPE, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("standard output", done.stderr)

    @unittest.skipIf("asan" in str(BIN), "AddressSanitizer needs its address space")
    def test_no_memory_for_a_batch(self):
        done = headrace("bench", PICTURES, "--batch", 200, "--size", 4096,
                        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("lower the batch size", done.stderr)

    def test_target_that_holds_files(self):
        (self.folder / "precious").write_text("keep me")
        self.assert_fails(2, ["already holds files"], "convert", PICTURES, self.folder)
        self.assertEqual((self.folder / "precious").read_text(), "keep me")

    def test_wrong_usage(self):
        self.assert_fails(2, ["--no-such-flag"], "bench", PICTURES, "--no-such-flag")
        self.assert_fails(2, ["--threads", "0"], "bench", PICTURES, "--threads", 0)
        self.assert_fails(2, ["DATA"], "bench")
        self.assert_fails(2, ["--max-pixels"], "bench", PICTURES, "--max-pixels", -5)
        self.assert_fails(2, ["--seed"], "bench", PICTURES, "--seed", -1)
        self.assert_fails(2, ["--decoder", "fastest", "libjpeg"], "bench", PICTURES, "--decoder", "fastest")
        self.assert_fails(2, ["--seconds"], "bench", PICTURES, "--seconds", "nan")
        self.assert_fails(2, ["--every", "0"], "index", PICTURES, "--every", 0)
        self.assert_fails(2, ["--payload indexed"], "convert", PICTURES, self.folder / "x", "--every", 8)
        self.assert_fails(2, ["--payload", "raw"], "convert", PICTURES, self.folder / "x", "--payload", "raw")
        self.assert_fails(2, ["500"], "inspect", PICTURES, "--sample", 500)
        self.assert_fails(2, ["999"], "bench", PICTURES, "--batch", 999)
        self.assertEqual(headrace().returncode, 2)
        if HAS_TRAINER:
            self.assert_fails(2, ["resnet51", "resnet50"], "profile", PICTURES, "--model", "resnet51")
            self.assert_fails(2, ["--ranks", "0"], "profile", PICTURES, "--ranks", 0)
            self.assert_fails(2, ["resnet51", "resnet50"], "profile", PICTURES, "--model", "resnet51", "--ranks", 2)
            self.assert_fails(2, ["--batch"], "profile", PICTURES, "--batch", 150, "--ranks", 2)
            self.assert_fails(2, ["lower the batch size"], "profile", PICTURES, "--batch", 150, "--model", "resnet18")

    @unittest.skipIf(HAS_TRAINER, "this build has the trainer")
    def test_without_the_trainer_profile_says_so(self):
        self.assert_fails(1, ["headrace-trainer", "HEADRACE_TRAINER"], "profile", PICTURES)


class Interrupt(ProgramTest):
    def test_ctrl_c_ends_cleanly(self):
        process = subprocess.Popen([BIN / "headrace", "bench", str(PICTURES), "--seconds", "60"],
                                   stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130, errors)
        self.assertIn("stopped", errors)


@unittest.skipUnless(HAS_TRAINER, "built without the trainer")
class Profile(ProgramTest):
    def test_phases_add_up_and_each_is_measured(self):
        records = self.records()
        out = self.folder / "profile.json"
        done = headrace("profile", PICTURES, records, "--model", "resnet18", "--size", 32, "--batch", 4, "--steps", 4,
                        "--warmup", 2, "--ranks", 2, "--json", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("backward", done.stdout)
        runs = json.loads(out.read_text())["runs"]
        self.assertEqual([(run["data"], run["schedule"], run["reduction"]) for run in runs], [
            (str(data), schedule, reduction) for data in [PICTURES, records]
            for schedule, reduction in [("sequential", "exclusive"), ("pipelined", "overlapped")]])
        for run in runs:
            phases = run["phases_ms"]
            for phase in ["input_wait", "forward", "backward", "rank_wait", "reduction", "optimizer", "step"]:
                self.assertGreater(phases[phase]["mean"], 0, phase)
            total = sum(phases[phase]["mean"] for phase in PHASES if phases[phase] is not None)
            self.assertAlmostEqual(total, phases["step"]["mean"], delta=0.01 * phases["step"]["mean"])
            self.assertEqual(run["ranks"], 2)
            self.assertGreater(run["images_per_second"], 0)
            self.assertGreater(run["preprocess_ms"]["mean"], 0)
            self.assertGreater(run["preprocess_cpu_ms"]["mean"], 0)
            reduction = run["reduction_ms"]
            self.assertAlmostEqual(reduction["exposed"]["mean"] + reduction["hidden"]["mean"],
                                   reduction["busy"]["mean"], delta=1e-3)
        self.assertGreater(runs[0]["reduction_ms"]["exposed"]["mean"], 0)

    def test_flags_reach_the_run(self):
        sequential, pipelined = self.run_json(
            "profile", PICTURES, "--model", "resnet18", "--size", 32, "--batch", 4, "--steps", 3, "--warmup", 1,
            "--ranks", 2, "--reduction", "exclusive", "--precision", "bf16", "--layout", "contiguous")["runs"]
        for run in [sequential, pipelined]:
            self.assertEqual(run["reduction"], "exclusive")
            self.assertEqual(run["precision"], "bf16")
            self.assertEqual(run["reduction_ms"]["hidden"]["mean"], 0)
        # The loader that works only while it is waited for, and the one that works ahead.
        self.assertLess(pipelined["phases_ms"]["input_wait"]["p50"], sequential["phases_ms"]["input_wait"]["p50"])

    def test_one_rank_has_no_reduction(self):
        run = self.run_json("profile", PICTURES, "--model", "resnet18", "--size", 32, "--batch", 4, "--steps", 2,
                            "--warmup", 1)["runs"][0]
        self.assertIsNone(run["phases_ms"]["reduction"])
        self.assertIsNone(run["phases_ms"]["rank_wait"])

    def test_a_bad_sample_on_one_rank_ends_all_with_its_name(self):
        bad = self.folder / "data" / "7" / "x.jpg"
        shutil.copytree(PICTURES / "7", bad.parent)
        bad.write_text("this is no picture")
        done = headrace("profile", self.folder / "data", "--model", "resnet18", "--size", 32, "--batch", 5, "--steps", 9,
                        "--warmup", 0, "--ranks", 2)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(str(bad), done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
