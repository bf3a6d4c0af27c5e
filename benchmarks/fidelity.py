"""Shows how level pages become, whether words stand where they are seen, and what a viewing copy loses.

    .venv/bin/python -m benchmarks.fidelity [DATA]

Over real pages (DATA as for `benchmarks.reading`; left out where absent) and hard pages that are rendered
here. Level: each page is turned by known angles, and what levelled it is compared with what was done. Places:
words that pdfplumber finds, letter for letter, in a box that overlaps ours by 60% or more. Loss: each page of
the viewing copy is drawn at its own dpi, by pdfium and by poppler, and read anew. Beside it stands what the
reader itself makes of no loss at all: the same dots of the scan, moved by one or two, read anew.
With `--dpi` hard pages of the same texts are scanned in colour at each. Prints a Markdown table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
import pypdfium2
from PIL import Image, ImageChops

from benchmarks.comparing import NOTHING
from benchmarks.programs import ROOT
from benchmarks.rendering import Scanner, hard_pages
from benchmarks.scoring import score
from benchmarks.sets import PageSet, real_pages
from ocr.limits import Limits
from ocr.sources import pages

LEAST_OVERLAP = 0.6
MOST_TURNED = 6.0  # degrees
POINTS = 72
DPI = 300
DOTS = (1, 2)  # by which a scan is moved: a reader's own chance

Box = tuple[float, float, float, float]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--pages", type=int, default=10, help="how many pages are rendered")
    parser.add_argument("--angles", type=int, default=5, help="how often each page is turned")
    parser.add_argument("--seed", type=int, default=4, help="of pages and angles")
    parser.add_argument("--dpi", type=int, nargs="+", default=(), help="hard pages at each of these instead")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sets = list(_sets(options, folder))
        columns = [_figures(each, options.angles, options.seed, folder) for each in sets]
    names = " | ".join(each.name for each in sets)
    print(f"| | {names} |\n|{' --- |' * (len(sets) + 1)}")
    for row in columns[0]:
        print(f"| {row} | {' | '.join(column[row] for column in columns)} |")
    return 0


def _sets(options: argparse.Namespace, folder: Path) -> Iterator[PageSet]:
    if not options.dpi:
        real = real_pages(options.data, folder) if (options.data / "vn-scans" / "gt").is_dir() else None
        yield from (real,) if real else ()
        yield hard_pages(options.pages, options.seed, folder)
    for dpi in options.dpi:
        own = folder / f"at-{dpi}"
        own.mkdir()
        drawn = hard_pages(options.pages, options.seed, own, scanners=(Scanner(dpi),))
        yield replace(drawn, name=f"{options.pages} hard pages at {dpi} dpi")


def _figures(each: PageSet, angles: int, seed: int, folder: Path) -> dict[str, str]:
    (source,) = each.files
    level = {}
    if angles:
        off = _off_level(source, len(each.truths), angles, np.random.default_rng(seed))
        level = {
            "degrees off level, mean": f"{np.mean(off):.3f}",
            f"degrees off level, worst of {angles} a page": f"{max(off):.3f}",
        }
    ((read, copy),) = _digitised([source], folder)
    found, words = places(read, copy)
    wrong = {"in the scan": _wrong(each, read)}
    sizes = [own["dpi"] for own in read]
    for name, draw in (("pdfium", _by_pdfium), ("poppler", _by_poppler)):
        drawn = zip(draw(copy, read, folder), sizes, strict=True)
        wrong[f"in the viewing copy, drawn by {name}"] = _wrong(each, _read_anew(drawn, folder))
    for dots in DOTS:
        moved = _read_anew(_moved(source, len(read), dots), folder)
        wrong[f"in the scan, moved by dots: {dots}"] = _wrong(each, moved)
    return {
        **level,
        "words that pdfplumber finds in their place, %": f"{100 * found / words:.2f} of {words}",
        **{f"wrong characters {where}, %": f"{share:.3f}" for where, share in wrong.items()},
    }


def _digitised(sources: Sequence[Path], folder: Path) -> list[tuple[list[dict[str, Any]], Path]]:
    """Of each file the pages that were read, as JSON, and the viewing copy."""
    command = (ROOT / ".venv/bin/banchinh", "digitise", *sources, "--out", folder / "read")
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    outputs = [json.loads(line)["output"] for line in run.stdout.splitlines()]
    return [
        (json.loads(Path(output["json"]).read_text(encoding="utf-8"))["pages"], Path(output["pdf"]))
        for output in outputs
    ]


def _off_level(source: Path, count: int, angles: int, chance: np.random.Generator) -> list[float]:
    """Degrees between how each turned page was levelled and how it had to be, as the upright page tells."""
    off: list[float] = []
    for number in range(1, count + 1):
        image, dpi = _scan(source, number)
        turns = (0.0, *chance.uniform(-MOST_TURNED, MOST_TURNED, angles))
        turned = [image.rotate(turn, Image.Resampling.BICUBIC, fillcolor="white") for turn in turns]
        with tempfile.TemporaryDirectory() as name:
            target = Path(name, "turned.tif")
            _save(turned, target, dpi)
            ((read, _),) = _digitised([target], Path(name))
            plain, *others = (page["skew"] for page in read)
        # Pillow turns against the clock, and levelling is told clockwise
        off += [abs(skew - plain - turn) for skew, turn in zip(others, turns[1:], strict=True)]
    return off


def _scan(source: Path, number: int) -> tuple[Image.Image, float]:
    """A page as it was received, and its dpi."""
    picture = pages.picture(source, number, Limits())
    colours = picture.pixels[..., ::-1] if picture.pixels.ndim == 3 else picture.pixels
    return Image.fromarray(np.ascontiguousarray(colours)).convert("RGB"), picture.dpi


def _save(images: Sequence[Image.Image], target: Path, dpi: float = DPI) -> None:
    """One lossless file of several pages."""
    first, *rest = images
    first.save(target, save_all=True, append_images=rest, dpi=(dpi, dpi), compression="tiff_deflate")


def places(read: Iterable[dict[str, Any]], copy: Path) -> tuple[int, int]:
    """How many words stand in the viewing copy where they were read, and how many there are."""
    found = words = 0
    with pdfplumber.open(copy) as pdf:
        for page, seen in zip(read, pdf.pages, strict=True):
            inch = page["dpi"] / POINTS
            boxes: dict[str, list[Box]] = {}
            for word in seen.extract_words():
                boxes.setdefault(word["text"], []).append(
                    (word["x0"], word["top"], word["x1"], word["bottom"])
                )
            for word in page["words"]:
                x0, y0, x1, y1 = (value / inch for value in word["box"])
                places = boxes.get(word["text"], ())
                found += any(_overlap((x0, y0, x1, y1), box) >= LEAST_OVERLAP for box in places)
                words += 1
    return found, words


def _overlap(one: Box, other: Box) -> float:
    """What two boxes share, of all that they take."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / (sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)) - shared)


def _wrong(each: PageSet, read: Sequence[dict[str, Any]]) -> float:
    """Wrong characters, in percent."""
    total = sum((score(truth, page["text"]) for truth, page in zip(each.truths, read, strict=True)), NOTHING)
    return 100 * total.wrong_characters / total.characters


def _by_pdfium(copy: Path, read: Sequence[dict[str, Any]], _: Path) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(copy) as pdf:
        for page, own in zip(pdf, read, strict=True):
            yield page.render(scale=own["dpi"] / POINTS).to_pil()


def _by_poppler(copy: Path, read: Sequence[dict[str, Any]], folder: Path) -> Iterator[Image.Image]:
    for number, own in enumerate(read, 1):
        size = ("-scale-to-x", str(own["width"]), "-scale-to-y", str(own["height"]))
        target = folder / f"poppler-{number}"
        page = ("-f", str(number), "-l", str(number), "-singlefile")
        subprocess.run(("pdftoppm", *page, *size, copy, target), check=True)
        yield Image.open(target.with_suffix(".ppm"))


def _moved(source: Path, count: int, dots: int) -> Iterator[tuple[Image.Image, float]]:
    """The scan farther down and to the right: nothing is lost, yet some of it is read otherwise."""
    for number in range(1, count + 1):
        image, dpi = _scan(source, number)
        yield ImageChops.offset(image, dots, dots), dpi


def _read_anew(images: Iterable[tuple[Image.Image, float]], folder: Path) -> list[dict[str, Any]]:
    """Pictures of pages, each with its dpi, read as a file of its own."""
    files = []
    for number, (image, dpi) in enumerate(images):
        files.append(folder / f"drawn-{number}.tif")
        _save([image], files[-1], dpi)
    return [page for pages, _ in _digitised(files, folder) for page in pages]


if __name__ == "__main__":
    sys.exit(main())
