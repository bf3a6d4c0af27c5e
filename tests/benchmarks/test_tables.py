"""What the benchmarks print of their figures."""

from math import exp, inf
from pathlib import Path

import pytest

from benchmarks import calibration, comparing, reliability
from benchmarks.calibration import Beliefs, Sample
from benchmarks.matching import Fate, Verdict
from benchmarks.measuring import Run
from benchmarks.programs import Result
from benchmarks.reliability import Reliability
from benchmarks.scoring import Score
from benchmarks.sets import COLOUR_300, PageSet
from ocr.confidence import Source
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


def sample(odds: float, fate: Fate, source: Source = "once") -> Sample:
    word = Word("số", Box(0, 0, 1, 1), 0.995, 0, ("banchinh",), ("sổ",))
    return Sample(Verdict(word, fate, "sổ"), 1 / (1 + exp(-odds)), source, "colour 100 dpi")


def test_beliefs_are_let_through_and_keep_their_source() -> None:
    beliefs = Beliefs()
    given = [beliefs(0.9, "once"), beliefs(0.9, "differ"), beliefs(1.0, "agree")]
    assert given == pytest.approx([0.9, 0.9, 1.0], abs=1e-9)
    assert [beliefs.sources[belief] for belief in given] == ["once", "differ", "agree"]


def test_calibration_shows_the_share_right_of_each_bin_and_source() -> None:
    found = [sample(8.5, Fate.RIGHT)] * 3 + [sample(8.5, Fate.WRONG), sample(8.5, Fate.RIGHT, "agree")]
    lines = calibration.table([*found, sample(8.5, Fate.UNKNOWN)]).splitlines()
    assert "| 8…9 | 8.5 | 4 | 1 | 0.7500 | 0.6667 | 0.9950 |" in lines
    assert "| 8…9 | 8.5 | 1 | 0 | 1.0000 | 0.6667 | 0.9950 |" in lines


def test_misreadings_show_what_was_thought_sure() -> None:
    shown = calibration.misreadings([sample(5.0, Fate.WRONG), sample(5.0, Fate.RIGHT)], 5)
    assert "| colour 100 dpi | 2 | 1 | 1 |" in shown
    assert "0.9950 (5.0)  'sổ' read as 'số'  once: banchinh; or sổ; colour 100 dpi" in shown
