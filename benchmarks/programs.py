"""Runs the programs that are compared: `banchinh digitise` in each profile, and OCRmyPDF.

OCRmyPDF is installed into `.benchmark-venv`; it needs the Debian packages tesseract-ocr-vie and ghostscript.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from benchmarks.measuring import Run, measure
from benchmarks.sets import PageSet, page_bytes
from ocr.recognition import Word

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".benchmark-venv"
VERSION = "17.13.0"
# A picture without a true dpi is refused unless one is stated.
OPTIONS = ("-l", "vie", "--output-type", "pdfa-2", "--force-ocr", "--image-dpi", "300")
PROFILES = ("fast", "default", "thorough")


@dataclass(frozen=True, slots=True)
class Result:
    """What one program made of a set of pages: of each page its text, its bytes and its words if it tells."""

    name: str
    run: Run
    file_bytes: int
    texts: list[str]
    page_bytes: list[int]
    words: list[list[Word]] = field(default_factory=list)


class Program(Protocol):
    """A program under measurement."""

    @property
    def name(self) -> str:
        """As it heads its column."""

    def run(self, pages: PageSet, folder: Path, *, memory: bool = False) -> Result:
        """Reads the pages once, with its output in `folder`."""


@dataclass(frozen=True, slots=True)
class Ours:
    """`banchinh digitise` with one of its profiles."""

    profile: str
    jobs: int

    @property
    def name(self) -> str:
        return self.profile

    def run(self, pages: PageSet, folder: Path, *, memory: bool = False) -> Result:
        """As Program says."""
        options = ("--profile", self.profile, "--jobs", str(self.jobs), "--out", folder)
        run = _checked(
            measure([ROOT / ".venv/bin/banchinh", "digitise", *pages.files, *options], memory=memory)
        )
        outputs = [json.loads(line)["output"] for line in run.stdout.splitlines()]
        read = [
            page
            for output in outputs
            for page in json.loads(Path(output["json"]).read_text(encoding="utf-8"))["pages"]
        ]
        pdfs = [Path(output["pdf"]) for output in outputs]
        return Result(
            self.name,
            run,
            sum(pdf.stat().st_size for pdf in pdfs),
            [page["text"] for page in read],
            [size for pdf in pdfs for size in page_bytes(pdf)],
            [[Word.from_json(word) for word in page["words"]] for page in read],
        )


@dataclass(frozen=True, slots=True)
class OcrMyPdf:
    """The peer: one process for each file, as many at a time as cores; a single file gets all cores."""

    jobs: int

    @property
    def name(self) -> str:
        return f"OCRmyPDF {VERSION.rpartition('.')[0]}"

    def run(self, pages: PageSet, folder: Path, *, memory: bool = False) -> Result:
        """As Program says."""
        names = folder / "names"
        names.write_text("".join(f"{number}\n{file}\n" for number, file in enumerate(pages.files)))
        jobs, at_once = (self.jobs, 1) if len(pages.files) == 1 else (1, self.jobs)
        command = f'"$0" {" ".join(OPTIONS)} --jobs {jobs} --sidecar "$1/$2.txt" "$3" "$1/$2.pdf"'
        many = ("xargs", "-a", names, "-d", "\\n", "-n", "2", "-P", str(at_once))
        run = _checked(
            measure([*many, "sh", "-c", command, VENV / "bin" / "ocrmypdf", folder], memory=memory)
        )
        pdfs = [folder / f"{number}.pdf" for number in range(len(pages.files))]
        sizes = [page_bytes(pdf) for pdf in pdfs]
        texts = [
            text
            for pdf, size in zip(pdfs, sizes, strict=True)
            for text in pdf.with_suffix(".txt").read_text(encoding="utf-8").split("\f")[: len(size)]
        ]
        return Result(
            self.name,
            run,
            sum(pdf.stat().st_size for pdf in pdfs),
            texts,
            [one for size in sizes for one in size],
        )


def install() -> bool:
    """OCRmyPDF in an environment of its own; False, with the reason on stderr, where it cannot be had."""
    if shutil.which("gs") is None:
        print("OCRmyPDF left out: it needs ghostscript (apt-get install ghostscript)", file=sys.stderr)
        return False
    if not (VENV / "bin" / "ocrmypdf").exists():
        uv, python = shutil.which("uv"), str(VENV / "bin" / "python")
        make = [uv, "venv", "-q", str(VENV)] if uv else [sys.executable, "-m", "venv", str(VENV)]
        pip = (
            [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
        )
        for command in (make, [*pip, f"ocrmypdf=={VERSION}"]):
            if subprocess.run(command, check=False).returncode:
                print(f"OCRmyPDF left out: {VERSION} could not be installed", file=sys.stderr)
                return False
    return True


def fastest(program: Program, pages: PageSet, repeat: int) -> Result:
    """The fastest of some runs, with the memory of one more before them."""
    print(f"{pages.name}: {program.name}, memory", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        memory = program.run(pages, Path(folder), memory=True).run.memory
    results = []
    for number in range(repeat):
        print(f"{pages.name}: {program.name}, {number + 1} of {repeat}", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            results.append(program.run(pages, Path(folder)))
    best = min(results, key=lambda result: result.run.seconds)
    return replace(best, run=replace(best.run, memory=memory))


def compared(profiles: Sequence[str], jobs: int) -> list[Program]:
    """Ours in these profiles and, where it can be had, the peer."""
    programs: list[Program] = [Ours(profile, jobs) for profile in profiles]
    return [*programs, OcrMyPdf(jobs)] if install() else programs


def _checked(run: Run) -> Run:
    if run.returncode:
        sys.exit(f"the program failed ({run.returncode}): {run.stderr.strip()[-500:]}")
    return run
