"""Judges the viewing copies of every file at hand: archive form, page sizes, words' places, codings.

    .venv/bin/python -m benchmarks.copies [DATA] [--judge PROGRAM]

Over the files of DATA (as for `benchmarks.reading`), whatever they are, and letters that are rendered here as
hard scans and as photographs. PROGRAM is veraPDF's front end: it is given `--flavour 2u` and files, and
prints a JSON line for each with "compliant". Files that are refused have no copy to judge; nor would signed
ones, whose bytes are kept, so their pages are put into files without a signature. Prints a Markdown table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pypdfium2

from benchmarks.fidelity import places
from benchmarks.photographs import photographs
from benchmarks.programs import ROOT
from benchmarks.rendering import hard_pages
from ocr.sources import pages

FOLDERS = ("vn-scans", "vn-pages", "bench", "hostile", "pdfa", "signed")
ENDINGS = {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".bmp", ".jp2", ".j2k"}
POINT = 1.0
COLUMNS = (
    "files of",
    "files",
    "without a copy",
    "pages",
    "copies that are not PDF/A-2u",
    "pages off by a point",
    "copies with JBIG2",
    "copies not in NFC",
    "words in place, %",
)
OWN_SIZES = "photographs"  # a sheet is cut out of the picture


@dataclass(slots=True)
class Row:
    """What was found of one folder of files."""

    files: int = 0
    without: int = 0
    pages: int = 0
    copies: list[Path] = field(default_factory=list)
    other_size: list[str] = field(default_factory=list)
    symbols: list[str] = field(default_factory=list)
    decomposed: list[str] = field(default_factory=list)
    words: int = 0
    placed: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--judge", type=Path, default=ROOT.parent / "shared" / "judges" / "pdfa")
    parser.add_argument("--only", action="append", help="a folder of DATA, hard or photographs")
    options = parser.parse_args(arguments)
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    with tempfile.TemporaryDirectory() as name:
        for label, files in _sets(options.data, Path(name)):
            if not options.only or label in options.only:
                out = Path(name, f"out-{label}")
                print(_shown(label, _digitised(files, out, label != OWN_SIZES), options.judge), flush=True)
    return 0


def _sets(data: Path, folder: Path) -> Iterable[tuple[str, list[Path]]]:
    for name in FOLDERS:
        files = sorted(file for file in (data / name).glob("*") if file.suffix.lower() in ENDINGS)
        if files:
            (folder / name).mkdir()
            yield name, [_unsigned(file, folder / name) for file in files]
    yield "hard", list(hard_pages(10, 4, folder).files)
    yield OWN_SIZES, list(photographs(5, 4, folder).files)


def _unsigned(file: Path, folder: Path) -> Path:
    """The same file, or its pages where it is signed."""
    try:
        if not pages.digitally_signed(file):
            return file
        with pikepdf.open(file) as pdf, pikepdf.new() as plain:
            for page in pdf.pages:
                if "/Annots" in page:
                    del page.Annots
                plain.pages.append(page)
            plain.save(folder / file.name)
    except (pikepdf.PdfError, ValueError):
        return file  # so broken that the program may say so
    return folder / file.name


def _digitised(files: Sequence[Path], out: Path, same_size: bool) -> Row:
    command = (ROOT / ".venv/bin/banchinh", "digitise", *files, "--out", out)
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    row = Row()
    for source, line in zip(files, run.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        row.files += 1
        copy = Path(answer["output"]["pdf"]) if answer["output"] else None
        if copy is None or copy.suffix != ".pdf" or copy.read_bytes() == source.read_bytes():
            row.without += 1
            continue
        read = json.loads(Path(answer["output"]["json"]).read_text(encoding="utf-8"))["pages"]
        row.copies.append(copy)
        row.pages += len(read)
        _look(row, source, copy, read, same_size)
    return row


def _look(row: Row, source: Path, copy: Path, read: list[dict[str, Any]], same_size: bool) -> None:
    sizes = _sizes(copy)
    wanted = _sizes(source) if same_size and source.suffix == ".pdf" else _told(read)
    for number, (one, other) in enumerate(zip(sizes, wanted, strict=True), 1):
        if one and other and max(abs(a - b) for a, b in zip(one, other, strict=True)) > POINT:
            row.other_size.append(f"{source.name}, page {number}: {one} and not {other}")
    with pikepdf.open(copy) as pdf:
        coded = (str(item.get("/Filter")) for item in pdf.objects if isinstance(item, pikepdf.Stream))
        if any("JBIG2" in name for name in coded):
            row.symbols.append(source.name)
    with pdfplumber.open(copy) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    if any(text != unicodedata.normalize("NFC", text) for text in texts):
        row.decomposed.append(source.name)
    placed, words = places(read, copy)
    row.placed += placed
    row.words += words


def _sizes(file: Path) -> list[list[float]]:
    """Short and long side of each page, in points; nothing for a page that is damaged."""
    with pypdfium2.PdfDocument(file) as pdf:
        return [_size(pdf, number) for number in range(len(pdf))]


def _size(pdf: pypdfium2.PdfDocument, number: int) -> list[float]:
    try:
        return sorted(pdf.get_page_size(number))
    except pypdfium2.PdfiumError:
        return []


def _told(read: Iterable[dict[str, Any]]) -> list[list[float]]:
    return [sorted(page[side] / page["dpi"] * 72 for side in ("width", "height")) for page in read]


def _shown(label: str, row: Row, judge: Path) -> str:
    verdicts = "not judged"
    if row.copies and judge.is_file():
        command = (judge, "--flavour", "2u", *row.copies)
        lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        failed = [line for line in lines if json.loads(line).get("compliant") is not True]
        verdicts = str(len(failed) + len(row.copies) - len(lines))
        for line in failed:
            print(line, file=sys.stderr)
    for found in (*row.other_size, *row.symbols, *row.decomposed):
        print(f"{label}: {found}", file=sys.stderr)
    share = f"{100 * row.placed / row.words:.2f} of {row.words}" if row.words else "–"
    counts = (row.files, row.without, row.pages, verdicts, len(row.other_size), len(row.symbols))
    return f"| {label} | {' | '.join(map(str, counts))} | {len(row.decomposed)} | {share} |"


if __name__ == "__main__":
    sys.exit(main())
