"""Compares `banchinh digitise` with OCRmyPDF over real pages with ground truth.

    .venv/bin/python -m benchmarks.reading [DATA]

DATA is a folder with `vn-scans/*.pdf` and `vn-scans/gt/*.gt.txt`, beside the repository by default.
OCRmyPDF is installed into `.benchmark-venv`; it needs the Debian packages tesseract-ocr-vie and ghostscript.
Prints a Markdown table for docs/benchmarks.md.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from benchmarks.measuring import Run, measure
from benchmarks.scoring import Score, score

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".benchmark-venv"
OCRMYPDF = "ocrmypdf==17.13.0"
Program = Callable[[Path, Path], "Result"]
OPTIONS = ("-l", "vie", "--output-type", "pdfa-2", "--jobs", "2", "--force-ocr")


@dataclass(frozen=True, slots=True)
class Result:
    """What one program made of the pages."""

    name: str
    run: Run
    texts: list[str]
    bytes: int


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each program; the fastest counts")
    options = parser.parse_args(arguments)
    truths = sorted((options.data / "vn-scans" / "gt").glob("*-p1.gt.txt"))
    if not truths:
        print(f"skipped: no ground truth in {options.data}/vn-scans/gt", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages.pdf"
        _join(truths, options.data / "vn-scans", source)
        results = [_best(ours, source, options.repeat)]
        if install():
            results.append(_best(ocrmypdf, source, options.repeat))
    print(table(results, truths))
    return 0


def _join(truths: Sequence[Path], scans: Path, target: Path) -> None:
    """One file of the first pages, as scanned: without what signing software drew over them."""
    with pikepdf.new() as joined:
        for truth in truths:
            (scan,) = scans.glob(truth.name.split("-")[0] + "-*.pdf")
            with pikepdf.open(scan) as pdf:
                page = pdf.pages[0]
                if "/Annots" in page:
                    del page.Annots
                joined.pages.append(page)
        joined.save(target)


def install() -> bool:
    """OCRmyPDF in an environment of its own; False, with the reason on stderr, where it cannot be had."""
    if shutil.which("gs") is None:
        print("OCRmyPDF left out: it needs ghostscript (apt-get install ghostscript)", file=sys.stderr)
        return False
    if not (VENV / "bin" / "ocrmypdf").exists():
        uv, python = shutil.which("uv"), str(VENV / "bin" / "python")
        make = [uv, "venv", "-q", str(VENV)] if uv else [sys.executable, "-m", "venv", str(VENV)]
        pip = [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install"]
        for command in (make, [*pip, OCRMYPDF]):
            if subprocess.run(command, check=False).returncode:
                print(f"OCRmyPDF left out: {OCRMYPDF} could not be installed", file=sys.stderr)
                return False
    return True


def _best(program: Program, source: Path, repeat: int) -> Result:
    results = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            results.append(program(source, Path(folder)))
    return min(results, key=lambda result: result.run.seconds)


def ours(source: Path, folder: Path) -> Result:
    run = measure([ROOT / ".venv/bin/banchinh", "digitise", source, "--out", folder, "--jobs", "2"])
    _check(run)
    read = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    texts = [page["text"] for page in read["pages"]]
    return Result("Bản Chính", run, texts, (folder / "pages.pdf").stat().st_size)


def ocrmypdf(source: Path, folder: Path) -> Result:
    target, sidecar = folder / "pages.pdf", folder / "pages.txt"
    run = measure([VENV / "bin" / "ocrmypdf", *OPTIONS, "--sidecar", sidecar, source, target])
    _check(run)
    return Result("OCRmyPDF", run, sidecar.read_text(encoding="utf-8").split("\f"), target.stat().st_size)


def _check(run: Run) -> None:
    if run.returncode:
        sys.exit(f"the program failed ({run.returncode}): {run.stderr.strip()[-500:]}")


def table(results: Sequence[Result], truths: Sequence[Path]) -> str:
    """A row a measure, a column a program, and how many times better the first is than the last."""
    pages = len(truths)
    scores = [
        sum((score(t, text) for t, text in zip(truths, r.texts, strict=False)), Score(0, 0, 0, 0))
        for r in results
    ]
    rows: list[tuple[str, list[float], str, bool]] = [
        ("wrong characters, %", [100 * s.wrong_characters / s.characters for s in scores], ".2f", False),
        ("words missed, %", [100 * s.missed_words / s.words for s in scores], ".2f", False),
        ("pages a minute", [60 * pages / r.run.seconds for r in results], ".1f", True),
        ("core-seconds a page", [r.run.core_seconds / pages for r in results], ".2f", False),
        ("kB a page", [r.bytes / pages / 1000 for r in results], ".0f", False),
        ("peak memory, MB", [r.run.memory / 1e6 for r in results], ".0f", False),
    ]
    lines = [
        "| " + " | ".join([f"{pages} real pages", *(r.name for r in results), "ratio"]) + " |",
        "|" + " --- |" * (len(results) + 2),
    ]
    for name, values, form, more_is_better in rows:
        first, last = values[0], values[-1]
        ratio = first / last if more_is_better else last / first
        verdict = f"{ratio:.2f}× better" if ratio >= 1 else f"{1 / ratio:.2f}× worse"
        shown = verdict if len(values) > 1 else "not compared"
        lines.append("| " + " | ".join([name, *(format(v, form) for v in values), shown]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
