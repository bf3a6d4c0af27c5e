"""What the benchmarks print of their figures."""

from math import inf
from pathlib import Path

import pytest

from benchmarks import calibration, comparing, reliability
from benchmarks.matching import Fate, Verdict
from benchmarks.measuring import Run
from benchmarks.programs import Result
from benchmarks.reliability import Reliability
from benchmarks.scoring import Score
from benchmarks.sets import COLOUR_300, PageSet
from ocr.recognition import Box, Word

PAGES = PageSet("2 pages", (), (Path("a"), Path("b")), (COLOUR_300, "bilevel 300 dpi"))


def result(name: str, seconds: float, size: int) -> Result:
    run = Run(seconds, 2 * seconds, 500_000_000, 0, "", "")
    return Result(name, run, 2 * size, ["", ""], [size + 10_000, size - 10_000])


def verdict(confidence: float, fate: Fate, *readers: str, alternatives: tuple[str, ...] = ()) -> Verdict:
    return Verdict(Word("chữ", Box(0, 0, 1, 1), confidence, 0, readers, alternatives), fate)


def test_a_ratio_says_how_many_times_better_ours_is() -> None:
    assert comparing.ratio(2.0, 1.0, more_is_better=True) == 2.0
    assert comparing.ratio(2.0, 1.0, more_is_better=False) == 0.5
    assert comparing.ratio(0.0, 1.0, more_is_better=False) == inf
    assert comparing.ratio(0.0, 0.0, more_is_better=False) == 1.0


def test_the_table_has_ratios_to_the_peer_and_errors_by_scan() -> None:
    scores = [Score(1000, 1, 200, 1), Score(1000, 3, 200, 3)]
    columns = [
        comparing.figures(PAGES, result("default", 3.0, 50_000), scores),
        comparing.figures(PAGES, result("OCRmyPDF", 6.0, 500_000), [Score(1000, 10, 200, 10)] * 2),
    ]
    lines = comparing.table("2 pages", columns, "OCRmyPDF").splitlines()
    assert lines[0] == "| 2 pages | default | OCRmyPDF |"
    assert "| wrong characters, % | 0.20 (**5.0×**) | 1.00 |" in lines
    assert "| pages a minute | 40.0 (**2.0×**) | 20.0 |" in lines
    assert f"| kB a page, {COLOUR_300} | 60 (**8.5×**) | 510 |" in lines
    assert "| wrong characters, bilevel 300 dpi, % | 0.30 | 1.00 |" in lines


def test_without_the_peer_nothing_is_compared() -> None:
    columns = [comparing.figures(PAGES, result("fast", 3.0, 50_000), [Score(1000, 1, 200, 1)] * 2)]
    assert "×" not in comparing.table("2 pages", columns, "OCRmyPDF")


def test_confidence_is_counted_by_bins_and_unknown_words_apart() -> None:
    trust = Reliability()
    trust.add([verdict(0.99, Fate.RIGHT), verdict(1.0, Fate.WRONG), verdict(0.5, Fate.WRONG)])
    trust.add([verdict(1.0, Fate.UNKNOWN), verdict(0.2, Fate.UNKNOWN), verdict(1.0, Fate.EXCLUDED)])
    lines = reliability.table({"default": trust}).splitlines()
    assert "| 0.99–1 | 2 | 50.00 |" in lines
    assert "| 0.5–0.8 | 1 | 100.00 |" in lines
    assert "| 0–0.5 | 0 | – |" in lines
    assert "50.00% of 2 (1); left out: 2 of no ground truth (1 of them" in lines[-1]


@pytest.mark.parametrize(
    ("found", "profile", "source"),
    [
        (verdict(0.9995, Fate.RIGHT, "banchinh"), "default", calibration.ONCE),
        (verdict(0.9995, Fate.RIGHT, "asternet"), "default", calibration.DIFFER),
        (verdict(0.9995, Fate.RIGHT, "banchinh", alternatives=("chứ",)), "default", calibration.DIFFER),
        (verdict(0.99, Fate.RIGHT, "banchinh"), "default", calibration.DIFFER),
        (verdict(1.0, Fate.RIGHT, "banchinh"), "thorough", calibration.DIFFER),
        (verdict(0.6, Fate.RIGHT, "banchinh", "asternet"), "default", calibration.AGREE),
        (verdict(0.9999, Fate.RIGHT), "default", calibration.DIFFER),
    ],
)
def test_how_a_word_came_about(found: Verdict, profile: str, source: str) -> None:
    assert calibration.source_of(found.word, profile) == source


def test_calibration_shows_the_share_right_of_each_bin() -> None:
    found = [verdict(0.9999, Fate.RIGHT, "banchinh")] * 3 + [verdict(1.0, Fate.WRONG, "banchinh")]
    assert "| 0.9999–1 | 4 | 0.9999 | 0.7500 | 0.6667 |" in calibration.table(found, "default")


def test_misreadings_show_what_was_thought_sure() -> None:
    wrong = Verdict(Word("số", Box(0, 0, 1, 1), 0.995, 0, ("banchinh",), ("sổ",)), Fate.WRONG, "sổ")
    shown = calibration.misreadings([("colour 100 dpi", wrong)], "default", 5)
    assert "| colour 100 dpi | 1 | 1 | 1 |" in shown
    assert "0.9950  'sổ' read as 'số' (readers differ: banchinh; or sổ; colour 100 dpi)" in shown
