"""How often a word is right by what the readers believe of it: the figures behind `ocr/confidence.py`.

    .venv/bin/python -m benchmarks.calibration [FOLDER] [--pages 60] [--seed 11] [--profile default]

Renders pages whose text is known, with another seed than `benchmarks.reading`, has `banchinh digitise` read
them, and prints a table for each way a word comes about: read once, by the first reader alone; read twice and
the readers agree; read twice and they differ. FOLDER keeps pages and words, and is read again where it holds
them: delete it after a change to the readers. The table is of raw belief only where
`ocr.confidence.calibrated` gives back what it gets; the first line says whether it does.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, log
from pathlib import Path

from benchmarks.matching import Fate, Verdict, judge
from benchmarks.programs import PROFILES, Ours
from benchmarks.reliability import SURE, Reliability
from benchmarks.rendering import hard_pages
from benchmarks.sets import PageSet
from ocr.banchinh_reader import BanchinhReader
from ocr.confidence import calibrated
from ocr.recogniser import DOUBTFUL
from ocr.recognition import Word

EDGES = (0.3, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
ONCE, AGREE, DIFFER = SOURCES = ("read once", "readers agree", "readers differ")
RAREST = log(1e-9)  # a limit below this asks the second reader for every word


def source_of(word: Word, profile: str) -> str:
    """How a word came about, from what is told of it.

    A word on which readers differ names one reader or none, as one that was read once does; but the latter
    has no alternatives, and at least the belief that spares it a second look. Where the first reader is right
    against the second beyond that belief, the two look alike, and the word counts as read once.
    """
    if len(word.readers) > 1:
        return AGREE
    limit = next(limit for name, limit in DOUBTFUL.items() if name == profile)
    spared = limit > RAREST and word.confidence >= round(1 / (1 + exp(limit)), 4)
    return ONCE if spared and word.readers == (BanchinhReader.name,) and not word.alternatives else DIFFER


def table(verdicts: Iterable[Verdict], profile: str) -> str:
    """A part for each source, with a row for each bin of belief that holds words."""
    parts = {source: Reliability(EDGES) for source in SOURCES}
    for verdict in verdicts:
        parts[source_of(verdict.word, profile)].add([verdict])
    lines = []
    for source, part in parts.items():
        lines += [f"| {source}: belief | words | mean belief | right | right, smoothed |", "|" + " --- |" * 5]
        for label, own in zip(part.labels(), part.bins, strict=True):
            if own.words:
                right = own.words - own.wrong
                mean, share, smooth = (
                    own.confidence / own.words,
                    right / own.words,
                    (right + 1) / (own.words + 2),
                )
                lines.append(f"| {label} | {own.words} | {mean:.4f} | {share:.4f} | {smooth:.4f} |")
        lines += ["", part.summary(), ""]
    return "\n".join(lines)


def misreadings(judged: Sequence[tuple[str, Verdict]], profile: str, most: int) -> str:
    """Wrong words that were thought sure, by how their page was scanned; then examples of all wrong words."""
    wrong = [(scan, verdict) for scan, verdict in judged if verdict.fate is Fate.WRONG]
    words = Counter(scan for scan, verdict in judged if verdict.fate in (Fate.RIGHT, Fate.WRONG))
    all_wrong = Counter(scan for scan, _ in wrong)
    sure = Counter(scan for scan, verdict in wrong if verdict.word.confidence >= SURE)
    lines = [f"| scan | words | wrong | wrong at ≥{SURE} |", "| --- | --- | --- | --- |"]
    lines += [f"| {scan} | {words[scan]} | {all_wrong[scan]} | {sure[scan]} |" for scan in sorted(words)]
    lines.append("")
    for scan, verdict in sorted(wrong, key=lambda item: -item[1].word.confidence)[:most]:
        word = verdict.word
        lines.append(
            f"{word.confidence:.4f}  {verdict.truth!r} read as {word.text!r} "
            f"({source_of(word, profile)}: {', '.join(word.readers) or 'nobody'}; "
            f"or {', '.join(word.alternatives) or 'nothing'}; {scan})"
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
        read = _words(pages, folder / f"words-{options.profile}.json", Ours(options.profile, options.jobs))
        judged = [
            (scan, verdict)
            for scan, truth, words in zip(pages.scans, pages.truths, read, strict=True)
            for verdict in judge(truth, words)
        ]
    raw = all(calibrated(x, agreed=agreed) == x for x in (0.2, 0.9, 0.999) for agreed in (False, True))
    print(f"{'raw belief' if raw else 'NOT raw belief: ocr/confidence.py changes it'}, {pages.name}\n")
    print(table((verdict for _, verdict in judged), options.profile))
    print(misreadings(judged, options.profile, options.examples))
    return 0


def _words(pages: PageSet, kept: Path, program: Ours) -> list[list[Word]]:
    """The words of each page, read now or kept from before."""
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            words = program.run(pages, Path(folder)).words
        told = [[word.to_json() for word in page] for page in words]
        kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return [[Word.from_json(word) for word in page] for page in json.loads(kept.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
