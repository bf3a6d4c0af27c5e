"""Compares `banchinh digitise`, in each of its profiles, with OCRmyPDF over pages whose text is known.

    .venv/bin/python -m benchmarks.reading [DATA]

Six sets: real pages (DATA is a folder with `vn-scans/*.pdf` and `vn-scans/gt/*.gt.txt`, beside the
repository by default; left out where it is absent), the same as files of one page each, one of these alone,
hard pages that are rendered here from a seed, photographs of such pages (`photos`), and photographs of them
on desks, curled, held, among other papers (`desks`). Prints Markdown tables for docs/benchmarks.md.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import comparing, reliability
from benchmarks.desks import desk_photographs
from benchmarks.matching import judge
from benchmarks.photographs import photographs
from benchmarks.programs import PROFILES, ROOT, OcrMyPdf, Program, compared, fastest
from benchmarks.reliability import Reliability
from benchmarks.rendering import hard_pages
from benchmarks.sets import COLOUR_300, PageSet, real_pages

SETS = ("real", "one-by-one", "alone", "rendered", "photos", "desks")
REAL = {"real", "one-by-one", "alone"}
TRUSTED = ("real", "rendered", "photos", "desks")  # the others are the same pages again


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    programs = compared(options.profiles, options.jobs)
    trust = {profile: Reliability() for profile in options.profiles}
    report: dict[str, Any] = {"seed": options.seed, "repeat": options.repeat, "sets": []}
    with tempfile.TemporaryDirectory() as folder:
        for name, pages in _sets(options, Path(folder)):
            columns = [_column(program, pages, options.repeat, trust, name) for program in programs]
            print(comparing.table(pages.name, columns, OcrMyPdf(options.jobs).name), end="\n\n", flush=True)
            report["sets"].append({"set": name, "programs": columns})
    print(reliability.table(trust))
    report["reliability"] = {profile: own.to_json() for profile, own in trust.items()}
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--truth", type=Path, metavar="FOLDER", help="ground truth of other pages of DATA")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each program; the fastest counts")
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS, help="sets of pages")
    parser.add_argument("--profiles", nargs="+", choices=PROFILES, default=PROFILES, help="profiles of ours")
    parser.add_argument("--pages", type=int, default=10, help="how many pages are rendered, and photographed")
    parser.add_argument("--seed", type=int, default=4, help="of the rendered pages")
    parser.add_argument("--jobs", type=int, default=2, help="cores that each program may use")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures, for later comparison")
    return parser.parse_args(arguments)


def _sets(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, PageSet]]:
    """The sets that were asked for and can be had."""
    wanted = REAL & set(options.only)
    real = real_pages(options.data, folder, options.truth) if wanted else None
    if real is None and wanted:
        where = options.truth or f"{options.data}/vn-scans/gt"
        print(f"real pages skipped: no ground truth in {where}", file=sys.stderr)
    if real and "real" in options.only:
        yield "real", real
    if real and "one-by-one" in options.only:
        yield "one-by-one", real.one_by_one(folder)
    if real and "alone" in options.only:
        yield "alone", real.one_by_one(folder).alone(COLOUR_300)
    if "rendered" in options.only:
        yield "rendered", hard_pages(options.pages, options.seed, folder)
    if "photos" in options.only:
        yield "photos", photographs(options.pages, options.seed, folder)
    if "desks" in options.only:
        yield "desks", desk_photographs(options.pages, options.seed, folder)


def _column(
    program: Program, pages: PageSet, repeat: int, trust: dict[str, Reliability], name: str
) -> dict[str, Any]:
    """The figures of one program over one set; its words are judged once for each page."""
    result = fastest(program, pages, repeat)
    if name in TRUSTED and program.name in trust:
        for truth, words in zip(pages.truths, result.words, strict=True):
            trust[program.name].add(judge(truth, words))
    return comparing.figures(pages, result, comparing.scores(pages, result))


if __name__ == "__main__":
    sys.exit(main())
