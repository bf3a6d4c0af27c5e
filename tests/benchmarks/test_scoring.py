"""Text and words against ground truth."""

from pathlib import Path

import pytest

from benchmarks.matching import Fate, judge, tokens
from benchmarks.scoring import score, true_lines
from ocr.recognition import Box, Word

TRUTH = """#block header
Số: «24» /TTr-UBND
Mẫu Đơn, ngày«07»tháng 02 năm 2025
#block body
Thực hiện Kế hoạch của Ủy ban nhân dân tỉnh Mẫu Đơn về việc số hóa hồ sơ lưu trữ,
Văn phòng yêu cầu các phòng chuyên môn rà soát toàn bộ sổ sách
#block stamp-not-scored
CÔNG VĂN ĐẾN
"""


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    path = tmp_path / "a.gt.txt"
    path.write_text(TRUTH, encoding="utf-8")
    return path


def words(*lines: str) -> list[Word]:
    return [
        Word(text, Box(0, 0, 1, 1), 0.9, number) for number, line in enumerate(lines) for text in line.split()
    ]


def fates(truth: Path, *lines: str) -> dict[str, Fate]:
    return {verdict.word.text: verdict.fate for verdict in judge(truth, words(*lines))}


def test_blocks_that_do_not_count_and_marks_of_handwriting_are_no_text(truth: Path) -> None:
    assert "CÔNG VĂN ĐẾN" not in true_lines(truth)
    assert true_lines(truth)[0] == "Số: 24 /TTr-UBND"


def test_a_lost_mark_is_one_wrong_character_and_one_missed_word(truth: Path) -> None:
    right = " ".join(true_lines(truth))
    assert score(truth, right).wrong_characters == 0
    counted = score(truth, right.replace("sổ", "số"))
    assert (counted.wrong_characters, counted.missed_words) == (1, 1)


def test_the_order_of_columns_does_not_count(truth: Path) -> None:
    assert score(truth, "\n".join(reversed(true_lines(truth)))).wrong_characters == 0


def test_handwriting_parts_words_as_a_space_does() -> None:
    text, found = tokens("ngày«07»tháng 02")
    assert [(text[t.first : t.last], t.written) for t in found] == [
        ("ngày", False),
        ("07", True),
        ("tháng", False),
        ("02", False),
    ]


def test_words_are_right_or_wrong_wherever_their_line_stands(truth: Path) -> None:
    seen = fates(
        truth,
        "Văn phòng yêu câu các phòng chuyên môn rà soát toàn bộ sổ sách",
        "Thực hiện Kế hoạch của Ủy ban nhândân tỉnh Mẫu Đơn về việc s ố hóa hồ sơ lưu trữ,",
    )
    wrong = {text for text, fate in seen.items() if fate is Fate.WRONG}
    assert wrong == {"câu", "nhândân", "s", "ố"}
    assert set(seen.values()) == {Fate.RIGHT, Fate.WRONG}


def test_a_misread_word_at_the_end_of_a_line_is_wrong(truth: Path) -> None:
    seen = fates(truth, "Văn phòng yêu cầu các phòng chuyên môn rà soát toàn bộ sổ XX")
    assert seen["XX"] is Fate.WRONG


def test_handwriting_and_stamps_are_left_out(truth: Path) -> None:
    seen = fates(truth, "Số: 29 /TTr-UBND", "CÔNG VĂN ĐEN", "hoàn toàn khác")
    assert seen["29"] is Fate.EXCLUDED
    assert seen["/TTr-UBND"] is Fate.RIGHT
    assert {seen["CÔNG"], seen["ĐEN"]} == {Fate.EXCLUDED}
    assert {seen["hoàn"], seen["khác"]} == {Fate.UNKNOWN}


def test_pieces_of_a_broken_line_are_found_apart(truth: Path) -> None:
    seen = fates(
        truth,
        "Thực hiện Kế hoạch của",
        "Văn phòng yêu cầu các phòng chuyên môn rà soát toàn bộ sổ sách",
        "Ủy ban nhân dân tỉnh Mẫu Đơn về việc số hóa hồ sơ lưu trữ,",
    )
    assert set(seen.values()) == {Fate.RIGHT}
