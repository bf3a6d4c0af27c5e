"""What programs made of the same pages, as figures and as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Any

from benchmarks.programs import Result
from benchmarks.scoring import Score, score
from benchmarks.sets import COLOUR_300, PageSet

NOTHING = Score(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the table."""

    name: str
    form: str
    more_is_better: bool = False


MEASURES = (
    Measure("wrong characters, %", ".2f"),
    Measure("words missed, %", ".2f"),
    Measure("pages a minute", ".1f", more_is_better=True),
    Measure("core-seconds a page", ".2f"),
    Measure("kB a page", ".0f"),
    Measure(f"kB a page, {COLOUR_300}", ".0f"),
    Measure("peak memory, MB", ".0f"),
)


def scores(pages: PageSet, result: Result) -> list[Score]:
    """A score a page; a page without text lost all its words."""
    texts = [*result.texts, *[""] * (len(pages.truths) - len(result.texts))]
    return [score(truth, text) for truth, text in zip(pages.truths, texts, strict=True)]


def figures(pages: PageSet, result: Result, of_pages: Sequence[Score]) -> dict[str, Any]:
    """Each measure, and wrong characters in percent by how the pages were scanned."""
    count = len(pages.truths)
    total = sum(of_pages, NOTHING)
    colour = [size for size, scan in zip(result.page_bytes, pages.scans, strict=True) if scan == COLOUR_300]
    values = (
        *_shares(total),
        60 * count / result.run.seconds,
        result.run.core_seconds / count,
        result.file_bytes / count / 1000,
        sum(colour) / len(colour) / 1000 if colour else nan,
        result.run.memory / 1e6,
    )
    by_scan = {
        scan: _shares(sum((s for s, own in zip(of_pages, pages.scans, strict=True) if own == scan), NOTHING))[
            0
        ]
        for scan in sorted(set(pages.scans))
    }
    return {
        "program": result.name,
        "pages": count,
        **{
            measure.name: None if isnan(value) else value
            for measure, value in zip(MEASURES, values, strict=True)
        },
        "wrong characters by scan, %": by_scan,
    }


def _shares(total: Score) -> tuple[float, float]:
    return 100 * total.wrong_characters / total.characters, 100 * total.missed_words / total.words


def ratio(ours: float, peers: float, *, more_is_better: bool) -> float:
    """How many times better ours is."""
    over, under = (ours, peers) if more_is_better else (peers, ours)
    if under:
        return over / under
    return inf if over else 1.0


def table(name: str, columns: Sequence[Mapping[str, Any]], peer: str | None) -> str:
    """A row a measure, a column a program; in brackets how many times better than the peer."""
    peers = next((column for column in columns if column["program"] == peer), None)
    lines = [
        _row([name, *(str(column["program"]) for column in columns)]),
        "|" + " --- |" * (len(columns) + 1),
    ]
    lines += [
        _row([measure.name, *(_cell(column, peers, measure) for column in columns)]) for measure in MEASURES
    ]
    for scan in columns[0]["wrong characters by scan, %"]:
        found = [column["wrong characters by scan, %"][scan] for column in columns]
        lines.append(_row([f"wrong characters, {scan}, %", *(f"{value:.2f}" for value in found)]))
    return "\n".join(lines)


def _cell(column: Mapping[str, Any], peer: Mapping[str, Any] | None, measure: Measure) -> str:
    value = column[measure.name]
    if value is None:
        return "–"
    shown = format(value, measure.form)
    if peer is None or peer is column:
        return shown
    times = ratio(value, peer[measure.name], more_is_better=measure.more_is_better)
    if times == inf:
        return shown
    return f"{shown} ({times:.2g}×)" if times < 1 else f"{shown} (**{times:.1f}×**)"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
