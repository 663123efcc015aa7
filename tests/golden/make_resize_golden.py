#!/usr/bin/env python3
"""Writes resize.txt and center_crop.txt: what the real Pillow gives for pictures made by a formula.

    pip install 'pillow<12.2' numpy && python3 make_resize_golden.py

From Pillow 12.2 on some tall pictures are resized vertically first, which changes values by one; hence
the version. The pictures' formula and the digest are those of tests/augment/pictures.h.

resize.txt, a line each:       kind width height  out_width out_height  left top right bottom  digest
    the FNV-1a 64 of the RGB bytes of resize((out_width, out_height), BILINEAR).crop(left, ...)
center_crop.txt, a line each:  width height  short size  resized_width resized_height  left top
    the arithmetic of torchvision's Resize(short) and CenterCrop(size), in Python
"""

import os
import random

import numpy
import PIL
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))


def picture(kind, width, height):
    x = numpy.arange(width, dtype=numpy.uint32)[None, :, None]
    y = numpy.arange(height, dtype=numpy.uint32)[:, None, None]
    c = numpy.arange(3, dtype=numpy.uint32)[None, None, :]
    if kind == "white":
        return numpy.full((height, width, 3), 255, numpy.uint8)
    if kind == "ramps":
        return ((x * 3 + y * 5 + c * 80) & 255).astype(numpy.uint8)
    mixed = (x * numpy.uint32(73856093)) ^ (y * numpy.uint32(19349663)) ^ (c * numpy.uint32(83492791))
    noise = (mixed * numpy.uint32(2654435761)) >> numpy.uint32(24)
    if kind == "specks":
        noise = (noise & 1) * 255
    return noise.astype(numpy.uint8)


def fnv1a(data):
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest


def resize_line(kind, size, out, box=None):
    box = box or (0, 0, *out)
    resized = Image.fromarray(picture(kind, *size)).resize(out, Image.BILINEAR).crop(box)
    numbers = " ".join(str(n) for n in (*size, *out, *box))
    return f"{kind} {numbers} {fnv1a(resized.tobytes()):016x}\n"


def resize_lines():
    draw = random.Random(1)
    kinds = ["noise", "specks", "ramps", "white"]
    edges = [1, 2, 3, 223, 224, 225, 447, 448, 449, 900]
    for i, width in enumerate(edges):  # each edge size with several others
        for step in (0, 3, 7):
            height = edges[(i + step) % len(edges)]
            yield resize_line(kinds[(i + step) % 3], (width, height), (224, 224))
    for out in [(1, 1), (2, 3), (3, 1), (5, 70), (16, 16), (17, 33), (63, 64), (65, 31), (225, 97)]:
        for size in [(1, 1), (2, 900), (900, 3), (64, 64), (225, 448)]:
            yield resize_line("noise", size, out)
    for size in [(1, 1), (223, 449), (900, 447), (3000, 5)]:
        yield resize_line("white", size, (224, 224))
    for size in [(3000, 7), (7, 3000), (2500, 1900)]:  # many taps
        yield resize_line("specks", size, (31, 29))
    for _ in range(24):
        size = (draw.randint(1, 700), draw.randint(1, 700))
        out = (draw.randint(1, 300), draw.randint(1, 300))
        left, top = draw.randrange(out[0]), draw.randrange(out[1])
        box = (left, top, draw.randint(left + 1, out[0]), draw.randint(top + 1, out[1]))
        yield resize_line(draw.choice(kinds[:3]), size, out, box)


def center_crop_lines():
    draw = random.Random(2)
    sizes = [(1, 1), (500, 375), (375, 500), (256, 256), (257, 256), (258, 256), (259, 256), (1, 9000)]
    sizes += [(draw.randint(1, 3000), draw.randint(1, 3000)) for _ in range(60)]
    for width, height in sizes:
        for short, size in [(256, 224), (255, 224), (232, 224), (224, 224), (73, 64)]:
            if width <= height:
                resized = short, int(short * height / width)
            else:
                resized = int(short * width / height), short
            left, top = (int(round((side - size) / 2.0)) for side in resized)
            yield f"{width} {height} {short} {size} {resized[0]} {resized[1]} {left} {top}\n"


def main():
    version = tuple(int(part) for part in PIL.__version__.split(".")[:2])
    assert version < (12, 2), PIL.__version__
    for name, lines in (("resize.txt", resize_lines()), ("center_crop.txt", center_crop_lines())):
        with open(os.path.join(HERE, name), "w", encoding="ascii") as file:
            file.writelines(lines)


if __name__ == "__main__":
    main()
