"""How often a word is right by what the readers believe of it: the figures behind `ocr/confidence.py`.

    .venv/bin/python -m benchmarks.calibration [FOLDER] [--pages 60] [--seed 11] [--profile default]

Renders pages whose text is known, with another seed than `benchmarks.reading`, reads them, and prints a table
for each way a word comes about: read once, by the first reader alone; read twice and the readers agree; read
twice and they differ. Beliefs are taken before they are calibrated, so the table holds whatever
`ocr/confidence.py` makes of them. FOLDER keeps pages and words, and is read again where it holds them: delete
it after a change to the readers.
"""

import argparse
import json
import sys
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from math import log
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from benchmarks.matching import Fate, Verdict, judge
from benchmarks.programs import PROFILES
from benchmarks.reliability import SURE, Reliability
from benchmarks.reliability import table as reliability_table
from benchmarks.rendering import hard_pages
from benchmarks.sets import PageSet
from ocr.confidence import POINTS, SUREST, Source, calibrated
from ocr.limits import Limits
from ocr.readers.profiles import Readers, standard
from ocr.readers.recogniser import Profile, Recogniser
from ocr.reading import read_page
from ocr.recognition import Word

EDGES = (-2.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """A word with its verdict, what the readers believed of it, and how its page was scanned."""

    verdict: Verdict
    belief: float
    source: Source
    scan: str

    @property
    def odds(self) -> float:
        """Natural log, as in `ocr/confidence.py`."""
        unsure = min(max(1 - self.belief, SUREST), 1 - SUREST)
        return log((1 - unsure) / unsure)


@dataclass
class Beliefs:
    """Stands where beliefs are calibrated: lets them through, each made distinct, and notes their source."""

    sources: dict[float, Source] = field(default_factory=dict)

    def __call__(self, belief: float, source: Source) -> float:
        distinct = belief - len(self.sources) * 1e-11  # far below what any threshold or table tells apart
        self.sources[distinct] = source
        return distinct


def read(pages: PageSet, profile: Profile, jobs: int) -> list[list[dict[str, Any]]]:
    """The words of each page as JSON, with `belief` and `source`."""
    (source,) = pages.files
    numbers = range(1, len(pages.truths) + 1)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:  # OpenCV's threads do not survive a fork
        return list(pool.map(_words, [source] * len(numbers), numbers, [profile] * len(numbers)))


def _words(source: Path, number: int, profile: Profile) -> list[dict[str, Any]]:
    cv2.setNumThreads(1)
    page = standard(profile).page
    if not isinstance(page, Recogniser):
        raise TypeError("only a reader of lines has beliefs")
    beliefs = Beliefs()
    readers = Readers(replace(page, trust=beliefs), ())
    with tempfile.TemporaryDirectory() as folder:
        found = read_page(source, number, Path(folder), Limits(), profile=profile, readers=readers)
    return [
        {**word.to_json(), "belief": word.confidence, "source": beliefs.sources[word.confidence]}
        for word in found.words
        if word.confidence in beliefs.sources  # handwriting and rows for machines are not weighed by belief
    ]


def samples(pages: PageSet, words: Sequence[Sequence[dict[str, Any]]]) -> list[Sample]:
    """Every word of the pages, with the confidence that it is reported with today."""
    found = []
    for truth, scan, told in zip(pages.truths, pages.scans, words, strict=True):
        own = [replace(Word.from_json(w), confidence=calibrated(w["belief"], w["source"])) for w in told]
        for verdict, word in zip(judge(truth, own), told, strict=True):
            found.append(Sample(verdict, word["belief"], word["source"], scan))
    return found


def table(found: Sequence[Sample]) -> str:
    """A part for each source, with a row for each bin of belief that holds words."""
    known = [sample for sample in found if sample.verdict.fate in (Fate.RIGHT, Fate.WRONG)]
    lines = []
    for source in POINTS:
        head = [f"{source}: log odds", "mean", "words", "wrong", "right", "right, smoothed", "said today"]
        lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        for place in range(len(EDGES) + 1):
            own = [s for s in known if s.source == source and bisect_right(EDGES, s.odds) == place]
            if own:
                lines.append(_row(place, own))
        lines.append("")
    return "\n".join(lines)


def _row(place: int, own: Sequence[Sample]) -> str:
    count, wrong = len(own), sum(sample.verdict.fate is Fate.WRONG for sample in own)
    low = f"{EDGES[place - 1]:g}" if place else "−∞"
    high = f"{EDGES[place]:g}" if place < len(EDGES) else "∞"
    mean = sum(sample.odds for sample in own) / count
    said = sum(sample.verdict.word.confidence for sample in own) / count
    shares = f"{1 - wrong / count:.4f} | {(count - wrong + 1) / (count + 2):.4f} | {said:.4f}"
    return f"| {low}…{high} | {mean:.1f} | {count} | {wrong} | {shares} |"


def misreadings(found: Sequence[Sample], most: int) -> str:
    """Wrong words that are reported as sure, by scan; then the surest of all wrong ones."""
    words = Counter(s.scan for s in found if s.verdict.fate in (Fate.RIGHT, Fate.WRONG))
    wrong = [s for s in found if s.verdict.fate is Fate.WRONG]
    all_wrong = Counter(s.scan for s in wrong)
    sure = Counter(s.scan for s in wrong if s.verdict.word.confidence >= SURE)
    lines = [f"| scan | words | wrong | wrong at ≥{SURE} |", "| --- | --- | --- | --- |"]
    lines += [f"| {scan} | {words[scan]} | {all_wrong[scan]} | {sure[scan]} |" for scan in sorted(words)]
    lines.append("")
    for sample in sorted(wrong, key=lambda sample: -sample.verdict.word.confidence)[:most]:
        word = sample.verdict.word
        lines.append(
            f"{word.confidence:.4f} ({sample.odds:.1f})  {sample.verdict.truth!r} read as {word.text!r}  "
            f"{sample.source}: {', '.join(word.readers) or 'nobody'}; "
            f"or {', '.join(word.alternatives) or 'nothing'}; {sample.scan}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="keeps pages and words; a temporary one otherwise"
    )
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--profile", choices=PROFILES, default="default")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--examples", type=int, default=40, help="wrong words that are shown, the surest first"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        pages = hard_pages(options.pages, options.seed, folder)
        kept = folder / f"words-{options.profile}-{options.pages}-{options.seed}.json"
        if not kept.exists():
            kept.write_text(json.dumps(read(pages, options.profile, options.jobs)), encoding="utf-8")
        found = samples(pages, json.loads(kept.read_text(encoding="utf-8")))
    print(f"{pages.name}, seed {options.seed}, profile {options.profile}\n\n{table(found)}")
    trust = Reliability()
    trust.add(sample.verdict for sample in found)
    print(f"{reliability_table({options.profile: trust})}\n\n{misreadings(found, options.examples)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
