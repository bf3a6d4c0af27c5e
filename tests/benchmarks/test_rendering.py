"""Letters that benchmarks make themselves."""

import random
from pathlib import Path

import numpy as np
import pikepdf

from benchmarks.letters import Writer
from benchmarks.matching import tokens
from benchmarks.rendering import SCANNERS, SENTENCES, Scanner, Sheet, hard_pages, save, scanned
from benchmarks.scoring import score, true_lines
from benchmarks.sets import how_scanned, page_bytes
from ocr.limits import Limits
from ocr.reading import read_page


def test_a_seed_makes_the_same_letters_and_another_seed_others() -> None:
    assert Writer(3).letter(6) == Writer(3).letter(6)
    assert Writer(3).letter(6) != Writer(5).letter(6)


def test_letters_have_many_different_words() -> None:
    writer = Writer(3)
    words = " ".join(line for _ in range(10) for line in writer.letter(12).body).split()
    assert len(set(words)) > 0.25 * len(words)


def test_every_scanner_makes_a_page_with_its_truth(tmp_path: Path) -> None:
    count = len(SCANNERS)
    pages = hard_pages(count, 3, tmp_path)
    (file,) = pages.files
    assert [how_scanned(file, number) for number in range(1, count + 1)] == list(pages.scans)
    for truth in pages.truths:
        lines = true_lines(truth)
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in lines
        assert sum(len(tokens(line)[1]) for line in lines) > 200
        assert "VĂN PHÒNG" not in lines  # the seal


def test_pages_one_by_one_are_the_same_pages(tmp_path: Path) -> None:
    pages = hard_pages(2, 3, tmp_path)
    single = pages.one_by_one(tmp_path)
    assert [page_bytes(file) for file in single.files] == [[size] for size in page_bytes(pages.files[0])]
    with pikepdf.open(single.files[1]) as pdf:
        assert len(pdf.pages) == 1


def test_a_rim_of_a_seal_that_joins_letters_of_several_lines_costs_few_of_them(tmp_path: Path) -> None:
    """At 100 dpi what is left of the rim joined letters: lines were shown half as large, 40 were wrong."""
    sheet = Sheet(random.Random(20))
    sheet.write(Writer(20).letter(SENTENCES), over_text=True)
    source, truth = tmp_path / "letter.pdf", tmp_path / "letter.gt.txt"
    save(scanned(sheet.image, Scanner(100), np.random.default_rng(20)), Scanner(100), source)
    truth.write_text(sheet.truth(), encoding="utf-8")
    assert score(truth, read_page(source, 1, tmp_path, Limits()).text).wrong_characters < 20
