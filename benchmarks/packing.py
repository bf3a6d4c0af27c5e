"""Compares the viewing copies of `banchinh digitise` with OCRmyPDF's output, in bytes and work.

    .venv/bin/python -m benchmarks.packing [DATA]

DATA is a folder with `vn-scans/*.pdf`, beside the repository by default; their pages that are coloured
pictures at 250 dpi or more are packed. Both programs pack with a text layer that they are given or that is
made in the same run: ours from the page pictures and words that reading left, OCRmyPDF with its recogniser
switched off (`--tesseract-timeout 0`), so that only packing is timed. Prints a Markdown table for
docs/benchmarks.md.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import pikepdf

from benchmarks.measuring import Run, measure
from benchmarks.programs import VENV, install
from ocr import compression, pages, searchable
from ocr.limits import Limits
from ocr.recognition import Page

ROOT = Path(__file__).parents[1]
LEAST_DPI = 250
OPTIONS = ("--output-type", "pdfa-2", "--jobs", "1", "--force-ocr", "--tesseract-timeout", "0")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args(arguments)
    scans = sorted((options.data / "vn-scans").glob("*.pdf"))
    if not scans:
        print(f"skipped: no scans in {options.data}/vn-scans", file=sys.stderr)
        return 0
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, read = _pictures(scans, folder)
        seconds, ours = _ours(read, folder)
        rows = [("kB a page", ours / len(read) / 1000), ("core-seconds a page", seconds / len(read))]
        theirs = _theirs(source, folder) if install() else None
        peer = (folder / "peer.pdf").stat().st_size / len(read) / 1000 if theirs else 0.0
    print(f"| {len(read)} colour pages | Bản Chính | OCRmyPDF | ratio |\n| --- | --- | --- | --- |")
    others = [peer, theirs.core_seconds / len(read)] if theirs else [None, None]
    for (label, value), other in zip(rows, others, strict=True):
        shown = f"{other:.2f} | {other / value:.1f}× better" if other else "not compared |"
        print(f"| {label} | {value:.2f} | {shown} |")
    return 0


def _pictures(scans: Sequence[Path], folder: Path) -> tuple[Path, list[Page]]:
    """One file of the coloured pages, and their pictures as reading leaves them in `folder`."""
    read: list[Page] = []
    with pikepdf.new() as joined:
        for scan in scans:
            with pikepdf.open(scan) as pdf:
                for number, page in enumerate(pdf.pages, 1):
                    picture = pages.picture(scan, number, Limits())
                    if picture.bilevel or picture.dpi < LEAST_DPI or picture.pixels.ndim == 2:
                        continue
                    path = folder / f"page-{len(read):04d}.x"
                    image = compression.write_page(picture.pixels, picture.dpi, False, path)
                    size = (picture.pixels.shape[1], picture.pixels.shape[0])
                    read.append(Page(len(read) + 1, *size, picture.dpi, 0, 0.0, "ocr", image.name))
                    joined.pages.append(page)
        joined.save(folder / "pages.pdf")
    return folder / "pages.pdf", read


def _ours(read: Sequence[Page], folder: Path) -> tuple[float, int]:
    """Core-seconds and bytes of the viewing copy."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    searchable.write(read, folder, folder / "ours.pdf")
    after = resource.getrusage(resource.RUSAGE_SELF)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return work, (folder / "ours.pdf").stat().st_size


def _theirs(source: Path, folder: Path) -> Run:
    run = measure([VENV / "bin" / "ocrmypdf", *OPTIONS, source, folder / "peer.pdf"])
    if run.returncode:
        sys.exit(f"the program failed ({run.returncode}): {run.stderr.strip()[-500:]}")
    return run


if __name__ == "__main__":
    sys.exit(main())
