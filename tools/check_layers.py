#!/usr/bin/env python3
"""The rule of the house: a folder includes only folders to its left.

    base <- formats <- decoders <- augment <- pipeline <- report <- trainer <- tools

tests, examples, bench and python see all. A third party's headers stay where it lives (HOMES
below). Prints `file:line: what, and the rule` for each offence; exits 1 where there is one.

    tools/check_layers.py [ROOT]        checks the tree (default: the one this file is in)
    tools/check_layers.py --self-test   proves that planted offences are found, and nothing else
"""

import argparse
import fnmatch
import pathlib
import re
import sys
import tempfile

ROOMS = ["base", "formats", "decoders", "augment", "pipeline", "report", "trainer", "tools"]
SEE_ALL = ["tests", "examples", "bench", "python"]
SUFFIXES = {".h", ".hpp", ".inc", ".c", ".cc", ".cpp", ".cu", ".cuh"}

# Headers by a pattern of the included path, the files that may include them, and the rule in words.
# In the file patterns `*` also matches slashes.
HOMES = [
    (r"(jpeglib|jerror|jmorecfg|jpegint|turbojpeg)\.h$",
     ["decoders/libjpeg_decoder.cc", "tests/*", "bench/*"],
     "libjpeg's headers stay in decoders/libjpeg_decoder.cc, tests and bench"),
    (r"google/protobuf/|.*\.pb\.h$",
     ["formats/example*.cc"],
     "protobuf stays in formats/example*.cc"),
    (r"(torch|ATen|c10|c10d|caffe2)/",
     ["trainer/*", "tests/trainer/*", "examples/train.cc"],
     "torch stays in trainer, tests/trainer and examples/train.cc"),
    (r"opencv2/",
     ["decoders/opencv/*"],
     "OpenCV stays in decoders/opencv"),
    (r"hwy/",
     ["augment/*", "decoders/*", "tests/*", "bench/*"],
     "Highway stays in augment and decoders"),
    (r"(oneapi/)?tbb(/|\.h$)",
     ["pipeline/*"],
     "TBB stays in pipeline"),
    (r"nlohmann/",
     ["*.c", "*.cc", "*.cpp"],
     "nlohmann's JSON stays out of every header"),
    (r"CLI/|CLI11",
     ["tools/*"],
     "CLI11 stays in tools"),
]

INCLUDE = re.compile(r"\s*#\s*include\b\s*(.*)")
TARGET = re.compile(r"""["<]([^">]+)[">]""")


def offence_of(file, target):
    """What is wrong with `file` (relative, with slashes) including `target`; None if nothing is."""
    room = file.split("/")[0]
    parts = target.split("/")
    if ".." in parts:
        return f"{target} reaches out of its folder: write headrace/room/file.h"
    if parts[0] == "headrace":
        if len(parts) < 3 or parts[1] not in ROOMS:
            return f"{target} is in no room"
        if room in ROOMS and ROOMS.index(parts[1]) > ROOMS.index(room):
            return f"{room} includes {parts[1]}, which is to its right: {' <- '.join(ROOMS)}"
    elif len(parts) > 1 and parts[0] in ROOMS:
        return f"{target} goes around the rule: write headrace/{target}"
    for header, homes, rule in HOMES:
        if re.match(header, target) and not any(fnmatch.fnmatchcase(file, home) for home in homes):
            return f"{target}: {rule}"
    return None


def check_file(root, path):
    """Offences of one file, as (file, line, what)."""
    file = path.relative_to(root).as_posix()
    offences = []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        target = TARGET.match(include.group(1))
        what = offence_of(file, target.group(1)) if target else "an include that cannot be checked"
        if what:
            offences.append((file, number, what))
    return offences


def sources(root):
    for folder in ROOMS + SEE_ALL:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path


def check(root):
    """All offences under `root`, and how many files were read."""
    files = list(sources(root))
    return [offence for path in files for offence in check_file(root, path)], len(files)


# (file, a line of it, whether that line is an offence)
PLANTED = [
    ("base/a.cc", '#include "headrace/base/a.h"', False),
    ("base/a.cc", '#include "headrace/formats/a.h"', True),
    ("base/a.cc", "#include <headrace/tools/a.h>", True),
    ("base/a.cc", '  #  include "headrace/pipeline/a.h"', True),
    ("base/a.cc", '// #include "headrace/pipeline/a.h"', False),
    ("base/a.cc", '#include "../formats/a.h"', True),
    ("base/a.cc", '#include "formats/a.h"', True),
    ("base/a.cc", "#include A_MACRO", True),
    ("base/a.cc", '#include "headrace/nowhere/a.h"', True),
    ("base/a.cc", '#include "headrace"', True),
    ("pipeline/a.h", '#include "headrace/augment/a.h"', False),
    ("pipeline/a.h", '#include "headrace/report/a.h"', True),
    ("report/deep/er/a.h", '#include "headrace/trainer/a.h"', True),
    ("trainer/a.cc", '#include "headrace/report/a.h"', False),
    ("tools/a.cc", '#include "headrace/trainer/a.h"', False),
    ("tests/base/a.cc", '#include "headrace/tools/a.h"', False),
    ("tests/base/a.cc", '#include "../decoders/a.h"', True),
    ("examples/a.cc", '#include "headrace/trainer/a.h"', False),
    ("decoders/libjpeg_decoder.cc", "#include <jpeglib.h>", False),
    ("decoders/libjpeg_decoder.h", "#include <jpeglib.h>", True),
    ("decoders/jpeg_codec.cc", "#include <jpeglib.h>", True),
    ("decoders/png.cc", "#include <jerror.h>", True),
    ("tests/decoders/a.cc", "#include <jpeglib.h>", False),
    ("formats/example.cc", "#include <google/protobuf/arena.h>", False),
    ("formats/example.cc", '#include "example.pb.h"', False),
    ("formats/example.h", '#include "example.pb.h"', True),
    ("formats/tfrecord.cc", "#include <google/protobuf/arena.h>", True),
    ("trainer/a.h", "#include <torch/torch.h>", False),
    ("tests/trainer/a.cc", "#include <ATen/ATen.h>", False),
    ("tools/a.cc", "#include <torch/torch.h>", True),
    ("examples/train.cc", "#include <torch/torch.h>", False),
    ("examples/a.cc", "#include <torch/torch.h>", True),
    ("report/a.cc", "#include <c10/core/Device.h>", True),
    ("pipeline/a.cc", "#include <ATen/ATen.h>", True),
    ("decoders/opencv/plugin.cc", "#include <opencv2/core.hpp>", False),
    ("decoders/a.cc", "#include <opencv2/core.hpp>", True),
    ("augment/a-inl.h", "#include <hwy/highway.h>", False),
    ("pipeline/a.cc", "#include <hwy/highway.h>", True),
    ("pipeline/a.cc", "#include <oneapi/tbb/task_arena.h>", False),
    ("augment/a.cc", "#include <tbb/parallel_for.h>", True),
    ("tools/a.cc", "#include <tbb/tbb.h>", True),
    ("report/a.cc", "#include <nlohmann/json.hpp>", False),
    ("report/a.h", "#include <nlohmann/json_fwd.hpp>", True),
    ("tests/report/a.h", "#include <nlohmann/json.hpp>", True),
    ("tools/a.cc", "#include <CLI/CLI.hpp>", False),
    ("report/a.cc", "#include <CLI/CLI.hpp>", True),
    ("base/notes.md", '#include "headrace/tools/a.h"', False),
]


def self_test():
    """Every planted offence is found at its line, and no other line is called one."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        expected = set()
        lines_of = {}
        for file, line, is_offence in PLANTED:
            lines = lines_of.setdefault(file, ["// line one"])
            lines.append(line)
            if is_offence:
                expected.add((file, len(lines)))
        for file, lines in lines_of.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text("\n".join(lines) + "\n")
        found = {(file, number) for file, number, _ in check(root)[0]}
    for file, number in sorted(expected - found):
        print(f"missed {file}:{number}: {lines_of[file][number - 1]}")
    for file, number in sorted(found - expected):
        print(f"wrongly called an offence {file}:{number}: {lines_of[file][number - 1]}")
    if found == expected:
        print(f"self-test: {len(expected)} planted offences found, "
              f"{len(PLANTED) - len(expected)} good lines left alone")
    return 0 if found == expected else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", nargs="?", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    offences, files = check(arguments.root)
    for file, number, what in offences:
        print(f"{file}:{number}: {what}")
    if files == 0:
        print(f"{arguments.root}: no sources here", file=sys.stderr)
        return 2
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
