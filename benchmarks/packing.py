"""Compares the viewing copies of `banchinh digitise` with OCRmyPDF's output, in bytes and work.

    .venv/bin/python -m benchmarks.packing [DATA]

DATA is a folder with `vn-scans/*.pdf`, beside the repository by default; its coloured pages of 250 dpi or
more are packed. Only packing is timed: ours from the page pictures that reading leaves in a folder, OCRmyPDF
with its recogniser stopped at once (`--tesseract-timeout 0`); so both files are without text. Bytes are those
of the whole files. OCRmyPDF is installed as by `benchmarks.reading`. Prints a Markdown table.
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
from ocr.limits import Limits
from ocr.recognition import Page
from ocr.sources import pages
from ocr.viewing_copy import compression, searchable

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
    everything, source = folder / "everything.pdf", folder / "pages.pdf"
    with pikepdf.new() as joined:
        for scan in scans:
            with pikepdf.open(scan) as pdf:
                for page in pdf.pages:
                    if "/Annots" in page:
                        del page.Annots  # as scanned: without what signing software drew over it
                    joined.pages.append(page)
        joined.save(everything)
        read: list[Page] = []
        for index in reversed(range(len(joined.pages))):
            picture = pages.picture(everything, index + 1, Limits())
            if picture.bilevel or picture.dpi < LEAST_DPI or picture.pixels.ndim == 2:
                del joined.pages[index]
                continue
            image = compression.write_page(picture.pixels, picture.dpi, False, folder / f"page-{index:04d}.x")
            size = (picture.pixels.shape[1], picture.pixels.shape[0])
            read.insert(0, Page(index + 1, *size, picture.dpi, 0, 0.0, "ocr", image.name))
        joined.save(source)
    return source, read


def _ours(read: Sequence[Page], folder: Path) -> tuple[float, int]:
    """Core-seconds and bytes of the viewing copy."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    searchable.write(read, folder, folder / "ours.pdf")
    after = resource.getrusage(resource.RUSAGE_SELF)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return work, (folder / "ours.pdf").stat().st_size


def _theirs(source: Path, folder: Path) -> Run:
    run = measure([VENV / "bin" / "ocrmypdf", *OPTIONS, source, folder / "peer.pdf"], memory=False)
    if run.returncode:
        sys.exit(f"the program failed ({run.returncode}): {run.stderr.strip()[-500:]}")
    return run


if __name__ == "__main__":
    sys.exit(main())
