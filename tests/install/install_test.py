"""The installed tree as its users meet it: headers, package, examples, programs, and all that after a move.

Run by `./dev ci` (function check_install) with HEADRACE_INSTALLED (a tree made by cmake --install, trainer included)
and HEADRACE_TORCH_ROOT set. The tree is copied to a place of its own and looked at there; that it would still find the
one it came from is excluded by renaming that one for the time.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORIGINAL = pathlib.Path(os.environ["HEADRACE_INSTALLED"]).resolve()
TORCH = pathlib.Path(os.environ["HEADRACE_TORCH_ROOT"]).resolve()
COMPILER = os.environ.get("CXX", "g++")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]

HOME = tempfile.TemporaryDirectory(prefix="headrace install ")  # a name with spaces, as some are
MOVED = pathlib.Path(HOME.name) / "moved"
PICTURES = pathlib.Path(HOME.name) / "val"  # a copy: loaders keep a side index beside their data
AWAY = ORIGINAL.with_name(ORIGINAL.name + ".away")


def setUpModule():
    shutil.copytree(ORIGINAL, MOVED)
    shutil.copytree(ROOT / "tests/data/sign-digits/val", PICTURES, ignore=shutil.ignore_patterns(".headrace-*"))
    ORIGINAL.rename(AWAY)


def tearDownModule():
    AWAY.rename(ORIGINAL)
    HOME.cleanup()


def run(*command, **kwargs):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=900, **kwargs)


class InstallTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="headrace-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_ok(self, *command, **kwargs):
        done = run(*command, **kwargs)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout


class Tree(InstallTest):
    def test_no_file_names_the_source_or_build_tree(self):
        for path in sorted(MOVED.rglob("*")):
            if not path.is_file():
                continue
            content = path.read_bytes().replace(os.fsencode(TORCH), b"")  # which may lie in the source tree
            for foreign in [ROOT, ORIGINAL]:
                at = content.find(os.fsencode(foreign))
                self.assertEqual(at, -1, f"{path} names {foreign}: {content[max(at, 0) - 60:at + 100]}")

    def test_the_licence_is_there(self):
        self.assertEqual((MOVED / "share/doc/headrace/LICENSE").read_text(), (ROOT / "LICENSE").read_text())


class Headers(InstallTest):
    INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
    # What the package promises to find besides the standard library; torch is the trainer's.
    OTHERS = re.compile(r"fmt/")
    TRAINERS = re.compile(r"(fmt|ATen|c10|torch)/")

    def headers(self):
        found = sorted((MOVED / "include").rglob("*.*"))
        self.assertGreater(len(found), 10)
        return found

    def test_each_includes_installed_ones_only(self):
        for header in self.headers():
            name = header.relative_to(MOVED / "include").as_posix()
            self.assertRegex(name, r"^headrace/[a-z]+/[a-z_]+\.h$", "no public header")
            for line in header.read_text().splitlines():
                include = self.INCLUDE.match(line)
                if not include:
                    continue
                target = include.group(1)
                if target.startswith("headrace/"):
                    self.assertTrue((MOVED / "include" / target).exists(),
                                    f"{name} includes {target}, which is not installed (PUBLIC_HEADERS of its room)")
                elif "/" in target or target.endswith(".h"):
                    allowed = self.TRAINERS if name.startswith("headrace/trainer/") else self.OTHERS
                    self.assertRegex(target, allowed, f"{name} shows a library that stays inside")

    def test_each_compiles_alone(self):
        torch = ["-idirafter", TORCH / "include", "-idirafter", TORCH / "include/torch/csrc/api/include"]
        for header in self.headers():
            name = header.relative_to(MOVED / "include").as_posix()
            source = self.folder / "alone.cc"
            source.write_text(f"#include <{name}>\n#include <{name}>\n")
            done = run(COMPILER, "-std=c++20", "-fsyntax-only", *WARNINGS, "-I", MOVED / "include",
                       *(torch if name.startswith("headrace/trainer/") else []), source)
            self.assertEqual(done.returncode, 0, f"{name}\n{done.stderr}")


class Package(InstallTest):
    """What find_package() answers."""

    def find(self, arguments, *settings, prefix=MOVED):
        (self.folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(user LANGUAGES CXX)\n"
            f"find_package(headrace {arguments})\n"
            "foreach(room pipeline report trainer)\n"
            "  if(TARGET headrace::${room})\n    message(STATUS \"has ${room}\")\n  endif()\nendforeach()\n"
            "if(TARGET Libtorch::cpu)\n  message(STATUS \"has torch\")\nendif()\n")
        done = run("cmake", "--fresh", "-S", self.folder, "-B", self.folder / "build", "-G", "Ninja",
                   f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON", *settings)
        return done.returncode == 0, " ".join((done.stdout + done.stderr).split())

    def assert_found(self, rooms, *arguments):
        found, text = self.find(*arguments)
        self.assertTrue(found, text)
        self.assertEqual(re.findall(r"-- has (\w+)", text), rooms)

    def assert_not_found(self, words, *arguments, **kwargs):
        found, text = self.find(*arguments, **kwargs)
        self.assertFalse(found, text)
        self.assertIn(words, text)

    def test_the_pipeline_needs_no_torch(self):
        self.assert_found(["pipeline", "report"], "REQUIRED COMPONENTS pipeline")
        self.assert_found(["pipeline", "report"], "REQUIRED")
        self.assert_found(["pipeline", "report"], "REQUIRED COMPONENTS pipeline OPTIONAL_COMPONENTS trainer")

    def test_the_trainer_finds_torch(self):
        all_of_it = ["pipeline", "report", "trainer", "torch"]
        self.assert_found(all_of_it, "REQUIRED COMPONENTS trainer", f"-DHEADRACE_TORCH_ROOT={TORCH}")
        self.assert_found(all_of_it, "REQUIRED COMPONENTS trainer", f"-DCMAKE_PREFIX_PATH={MOVED};{TORCH}")

    def test_what_is_missing_is_said(self):
        self.assert_not_found("component trainer needs libtorch 2.", "REQUIRED COMPONENTS trainer")
        self.assert_not_found("-DHEADRACE_TORCH_ROOT=<folder>", "REQUIRED COMPONENTS pipeline trainer")
        self.assert_not_found("no component 'trainers': there are base;", "REQUIRED COMPONENTS trainers")
        self.assert_not_found('compatible with requested version "9.9"', "9.9 REQUIRED")

    def test_a_component_that_was_not_built_is_said(self):
        without = self.folder / "without"
        shutil.copytree(MOVED, without)
        for path in without.glob("lib/cmake/headrace/headraceTrainer*"):
            path.unlink()
        self.assert_not_found("was installed without its trainer", "REQUIRED COMPONENTS trainer",
                              f"-DHEADRACE_TORCH_ROOT={TORCH}", prefix=without)


class Examples(InstallTest):
    @classmethod
    def setUpClass(cls):
        # Copied, so that nothing of the source tree is beside them.
        home = pathlib.Path(HOME.name)
        cls.build = home / "build"
        shutil.copytree(ROOT / "examples", home / "examples")
        configured = run("cmake", "-S", home / "examples", "-B", cls.build, "-G", "Ninja",
                         "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_CXX_FLAGS={' '.join(WARNINGS)}",
                         f"-DCMAKE_PREFIX_PATH={MOVED}", f"-DHEADRACE_TORCH_ROOT={TORCH}")
        built = run("cmake", "--build", cls.build, "-j", "1")  # train.cc alone takes 1.5 GB
        if configured.returncode or built.returncode:
            raise AssertionError(configured.stderr + built.stdout + built.stderr)

    def example(self, name, *arguments, **kwargs):
        return self.run_ok(self.build / name, *arguments, **kwargs)

    def test_the_compiler_saw_the_installed_tree_only(self):
        seen = self.run_ok("ninja", "-C", self.build, "-t", "deps")
        self.assertIn(f"{MOVED}/include/headrace/pipeline/image_loader.h", seen)
        for foreign in [ROOT, ORIGINAL]:
            self.assertNotIn(f"{foreign}/", seen)

    def test_count_images(self):
        self.assertEqual(self.example("count_images", PICTURES), f"{2 * (201 // 32) * 32} images in two epochs\n")

    def test_count_images_of_a_format_that_is_opencvs(self):
        folder = self.folder / "pictures/class"
        folder.mkdir(parents=True)
        for i in range(32):
            (folder / f"{i}.ppm").write_bytes(b"P6 8 8 255\n" + bytes([i]) * 8 * 8 * 3)
        self.assertEqual(self.example("count_images", folder.parent), "64 images in two epochs\n")

    def test_own_source(self):
        pictures = sorted(PICTURES.rglob("*.JPG"))
        listed = PICTURES / "list.txt"
        listed.write_text("".join(f"{path.parent.name} {path.relative_to(PICTURES)}\n" for path in pictures))
        said = self.example("own_source", listed.name, 1, cwd=PICTURES)
        self.assertEqual(re.findall(r"epoch \d: \d+ images", said), ["epoch 0: 201 images", "epoch 1: 201 images"])
        self.assertEqual(self.example("own_source", listed, 3), said)  # whatever the number of threads
        listed.write_text("0 0/there_is_none.JPG\n")
        self.assert_fails(1, "there_is_none.JPG", "own_source", listed)
        listed.write_text("0\n")
        self.assert_fails(1, "list.txt:1: a line is LABEL PATH", "own_source", listed)

    def test_train(self):
        losses = [float(loss) for loss in re.findall(r"loss (\S+)", self.example("train", PICTURES, 60))]
        self.assertEqual(len(losses), 6)
        self.assertLess(losses[-1], losses[0])

    def assert_fails(self, code, words, name, *arguments):
        done = run(self.build / name, *arguments)
        self.assertEqual((done.returncode, done.stdout), (code, ""))
        self.assertIn(words, done.stderr)

    def test_wrong_arguments_and_data_are_said(self):
        for name in ["own_source", "train"]:
            self.assert_fails(2, f"usage: {name} ", name, PICTURES, "many")
        for name in ["count_images", "own_source", "train"]:
            self.assert_fails(2, f"usage: {name} ", name)
            self.assert_fails(2, f"usage: {name} ", name, "--help")
            self.assert_fails(1, "nowhere", name, "nowhere")


class Programs(InstallTest):
    def test_they_run(self):
        headrace = MOVED / "bin/headrace"
        self.assertIn("0.", self.run_ok(headrace, "--version"))
        self.assertIn("images/s", self.run_ok(headrace, "bench", PICTURES, "--epochs", 1, "--size", 64))
        self.assertIn("Example: headrace profile", self.run_ok(headrace, "profile", "--help"))  # headrace-trainer's

    def test_they_find_the_library_for_other_formats(self):
        (self.folder / "data/class").mkdir(parents=True)
        (self.folder / "data/class/1.ppm").write_bytes(b"P6 8 8 255\n" + bytes(8 * 8 * 3))
        self.assertIn("opencv", self.run_ok(
            MOVED / "bin/headrace", "bench", self.folder / "data", "--epochs", 1, "--batch", 1).lower())

    def test_run_paths_are_relative_but_for_torchs(self):
        for program, allowed in [("headrace", ["$ORIGIN/../lib"]),
                                 ("headrace-trainer", ["$ORIGIN/../lib", str(TORCH / "lib")])]:
            dynamic = self.run_ok("readelf", "-d", MOVED / "bin" / program)
            [paths] = re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", dynamic)
            self.assertEqual(paths.split(":"), allowed)


if __name__ == "__main__":
    unittest.main()
