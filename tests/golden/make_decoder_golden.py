#!/usr/bin/env python3
"""Makes tests/golden/decoder: small pictures of every format, and digests.txt, what Pillow reads of them.

    pip install pillow && python3 tests/golden/make_decoder_golden.py

A line of digests.txt is a file (relative to tests/), width, height and the 64-bit FNV-1a of the bytes
of Image.open(file).convert("RGB"). ycck.jpg is not made here, since Pillow cannot write YCCK: it came
from tests/decoders/jpeg_maker.cc.
"""
import pathlib
import random

import PIL
from PIL import Image

TESTS = pathlib.Path(__file__).resolve().parent.parent
FOLDER = TESTS / "golden" / "decoder"
WIDTH, HEIGHT = 29, 19


def fnv1a(data):
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return digest


def picture(mode):
    """Smooth colours with some noise; every channel and every pixel differs."""
    rng = random.Random(mode)
    channels = len(mode)
    data = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            for c in range(channels):
                data.append((x * (3 + 2 * c) + y * (7 - c) + rng.randrange(24)) % 256)
    return Image.frombytes(mode, (WIDTH, HEIGHT), bytes(data))


def write_pictures():
    rgb, grey, rgba = picture("RGB"), picture("L"), picture("RGBA")
    palette, bitmap = rgb.quantize(40), grey.convert("1")
    for extension in ("png", "bmp", "tif", "ppm", "webp", "jpg"):
        rgb.save(FOLDER / f"rgb.{extension}")
    for extension in ("png", "bmp", "tif", "pgm", "webp", "jpg"):
        grey.save(FOLDER / f"grey.{extension}")
    for extension in ("png", "bmp", "tif", "pbm"):
        bitmap.save(FOLDER / f"bitmap.{extension}")
    for extension in ("png", "bmp", "tif"):
        palette.save(FOLDER / f"palette.{extension}")
    palette.save(FOLDER / "palette_transparent.png", transparency=3)
    for extension in ("png", "bmp"):
        rgba.save(FOLDER / f"rgba.{extension}")
    # OpenCV multiplies a TIFF's colours by its alpha, Pillow does not: equal where it is opaque.
    rgba_opaque = rgba.copy()
    rgba_opaque.putalpha(255)
    rgba_opaque.save(FOLDER / "rgba_opaque.tif")
    rgb.save(FOLDER / "lossless.webp", lossless=True)
    rgba.save(FOLDER / "rgba_lossless.webp", lossless=True, exact=True)
    rgba.save(FOLDER / "rgba_lossy.webp")
    picture("LA").save(FOLDER / "grey_alpha.png")
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        rgb.save(FOLDER / f"{compression}.tif", compression=compression)
    picture("CMYK").save(FOLDER / "cmyk.jpg", quality=95)
    text = " ".join(str(value) for value in rgb.tobytes())
    (FOLDER / "rgb_text.ppm").write_text(f"P3\n# a comment\n{WIDTH} {HEIGHT}\n255\n{text}\n")


def main():
    FOLDER.mkdir(exist_ok=True)
    write_pictures()
    photographs = sorted((TESTS / "data" / "sign-digits" / "val").rglob("*.JPG"))[::20]
    lines = [f"# Pillow {PIL.__version__}: file, width, height, FNV-1a of convert('RGB')"]
    for path in sorted(p for p in FOLDER.iterdir() if p.suffix != ".txt") + photographs:
        with Image.open(path) as image:
            lines.append(f"{path.relative_to(TESTS)} {image.width} {image.height} "
                         f"{fnv1a(image.convert('RGB').tobytes()):016x}")
    (FOLDER / "digests.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
