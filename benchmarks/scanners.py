"""Shows how the same pages are read after other machines: copiers, fax, dust, folds, tinted paper.

    .venv/bin/python -m benchmarks.scanners [DATA] [--profile NAME]

Real pages scanned in colour at 300 dpi (DATA as for `benchmarks.reading`), or rendered ones where there are
none, are put through each machine and read. Prints a Markdown table of wrong characters and missed words.
"""

import argparse
import io
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.programs import ROOT
from benchmarks.rendering import Scanner, hard_pages
from benchmarks.scoring import Score, score
from benchmarks.sets import COLOUR_300, real_pages
from ocr.limits import Limits
from ocr.sources import pages

DPI = 300
SEED = 7
INCH = 25.4
BLUE, VIOLET = (40, 60, 190), (140, 50, 170)

Machine = Callable[[Image.Image], tuple[Image.Image, int]]
Levels = NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--profile", default="default")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        sheets = _sheets(options.data, Path(name))
        sources = {machine: _sent(sheets, machine, Path(name)) for machine in MACHINES}
        read = _read([file for files in sources.values() for file in files], options.profile, Path(name))
        print(f"| {len(sheets)} pages, {options.profile} | wrong characters, % | words missed, % |")
        print("| --- | --- | --- |")
        for machine, files in sources.items():
            found = Score(0, 0, 0, 0)
            for file, (_, truth) in zip(files, sheets, strict=True):
                found += score(truth, read[file])
            wrong = 100 * found.wrong_characters / found.characters
            print(f"| {machine} | {wrong:.2f} | {100 * found.missed_words / found.words:.2f} |")
    return 0


def _sheets(data: Path, folder: Path) -> list[tuple[Image.Image, Path]]:
    """Pages in colour at 300 dpi, and what they say."""
    real = real_pages(data, folder) if (data / "vn-scans" / "gt").is_dir() else None
    of = real or hard_pages(4, SEED, folder, scanners=(Scanner(DPI),))
    found = []
    each = of.one_by_one(folder)
    for file, truth, scan in zip(each.files, each.truths, each.scans, strict=True):
        if scan == COLOUR_300:
            pixels = pages.picture(file, 1, Limits()).pixels
            found.append((Image.fromarray(np.ascontiguousarray(pixels[..., ::-1])), truth))
    return found


def _sent(sheets: Sequence[tuple[Image.Image, Path]], machine: str, folder: Path) -> list[Path]:
    files = []
    for number, (sheet, _) in enumerate(sheets):
        image, dpi = MACHINES[machine](sheet)
        files.append(folder / f"{machine}, {number}.png")
        image.save(files[-1], dpi=(dpi, dpi))
    return files


def _read(files: Sequence[Path], profile: str, folder: Path) -> dict[Path, str]:
    out = folder / "read"
    command = (ROOT / ".venv/bin/banchinh", "digitise", *files, "--out", out, "--profile", profile)
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    outputs = [json.loads(line)["output"]["json"] for line in run.stdout.splitlines()]
    texts = [json.loads(Path(name).read_text(encoding="utf-8"))["pages"][0]["text"] for name in outputs]
    return dict(zip(files, texts, strict=True))


def _resampled(dpi: int, quality: int) -> Machine:
    def send(sheet: Image.Image) -> tuple[Image.Image, int]:
        size = (round(sheet.width * dpi / DPI), round(sheet.height * dpi / DPI))
        return _jpeg(sheet.resize(size, Image.Resampling.LANCZOS), quality), dpi

    return send


def _jpeg(image: Image.Image, quality: int = 60) -> Image.Image:
    held = io.BytesIO()
    image.save(held, "JPEG", quality=quality)
    return Image.open(held).convert("RGB")


def _toned(change: Callable[[Levels], Levels]) -> Machine:
    def send(sheet: Image.Image) -> tuple[Image.Image, int]:
        levels = change(np.asarray(sheet, np.float64)).clip(0, 255)
        return _jpeg(Image.fromarray(levels.astype(np.uint8))), DPI

    return send


def _two_levels(limit: int) -> Machine:
    return lambda sheet: (sheet.convert("L").point([255 * (level > limit) for level in range(256)], "1"), DPI)


def _dithered(sheet: Image.Image) -> tuple[Image.Image, int]:
    return sheet.convert("L").convert("1"), DPI


def _copied_again(sheet: Image.Image) -> tuple[Image.Image, int]:
    """Two levels of a copier, scanned in grey with dirt."""
    chance = np.random.default_rng(SEED)
    copied = np.asarray(sheet.convert("L").filter(ImageFilter.GaussianBlur(1))) > 150
    soft = Image.fromarray((copied * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))
    levels = np.asarray(soft, np.float64) * 0.8 + 35 + chance.normal(0, 11, copied.shape)
    levels[chance.random(copied.shape) < 0.0004] = 40
    return _jpeg(Image.fromarray(levels.clip(0, 255).astype(np.uint8)).convert("RGB")), DPI


def _faxed(sheet: Image.Image) -> tuple[Image.Image, int]:
    """The standard resolution of fax: 204 by 98 dots an inch."""
    width, height = (round(side * 204 / DPI) for side in sheet.size)
    sent = (
        sheet.convert("L")
        .resize((width, height * 98 // 204))
        .resize((width, height), Image.Resampling.NEAREST)
    )
    return sent.point([255 * (level > 140) for level in range(256)], "1"), 204


def _streaked(levels: Levels) -> Levels:
    chance = np.random.default_rng(SEED)
    lined = levels.copy()
    for x in chance.integers(0, levels.shape[1], 12):
        lined[:, x : x + chance.integers(1, 4)] *= chance.uniform(0.5, 0.9)
    return lined


def _folded(levels: Levels) -> Levels:
    lined, middle = levels.copy(), len(levels) // 2
    lined[middle - 15 : middle + 15] *= 0.93
    lined[middle - 2 : middle + 2] *= 0.75
    return lined


def _darker_across(levels: Levels) -> Levels:
    return levels * np.linspace(1, 0.35, levels.shape[1])[None, :, None]


def _sealed(colour: tuple[int, int, int]) -> Machine:
    """A seal of 36 mm and its star over the middle of the text."""

    def send(sheet: Image.Image) -> tuple[Image.Image, int]:
        ink = Image.new("RGB", sheet.size, "white")
        draw, radius = ImageDraw.Draw(ink), round(18 / INCH * DPI)
        x, y = round(sheet.width * 0.6), sheet.height // 2
        for share, width in ((1.0, 9), (0.7, 4)):
            reach = share * radius
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=width)
        draw.regular_polygon((x, y, 0.35 * radius), 5, fill=colour)
        return _jpeg(Image.fromarray(np.minimum(np.asarray(sheet), np.asarray(ink))), 70), DPI

    return send


MACHINES: Mapping[str, Machine] = {
    "as scanned": lambda sheet: (sheet, DPI),
    "200 dpi, JPEG quality 25": _resampled(200, 25),
    "150 dpi, JPEG quality 30": _resampled(150, 30),
    "100 dpi, JPEG quality 40": _resampled(100, 40),
    "dithered to two levels": _dithered,
    "two levels, thin strokes": _two_levels(90),
    "two levels, thick strokes": _two_levels(205),
    "copied and scanned again": _copied_again,
    "fax, 204 by 98 dpi": _faxed,
    "half the light": _toned(lambda levels: levels * 0.55),
    "little contrast": _toned(lambda levels: 110 + levels * 0.45),
    "light falling off": _toned(_darker_across),
    "yellow paper": _toned(lambda levels: levels * (0.97, 0.88, 0.62)),
    "pink paper": _toned(lambda levels: levels * (0.98, 0.75, 0.8)),
    "12 streaks of dust": _toned(_streaked),
    "a fold": _toned(_folded),
    "a blue seal": _sealed(BLUE),
    "a violet seal": _sealed(VIOLET),
}


if __name__ == "__main__":
    raise SystemExit(main())
