"""Letters that benchmarks make themselves."""

from pathlib import Path

import pikepdf

from benchmarks.letters import Writer
from benchmarks.matching import tokens
from benchmarks.rendering import SCANNERS, hard_pages
from benchmarks.scoring import true_lines
from benchmarks.sets import how_scanned, page_bytes


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
