"""Folding, syllables, names and near spellings."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.language.writing import (
    distance,
    fold,
    fold_letters,
    is_capitals,
    is_person_name,
    is_syllable,
)
from ocr.medians import median

TEXT = (
    "Thực hiện đề nghị của Sở Nội vụ về việc lấy ý kiến đối với dự thảo Kế hoạch số hóa sổ hộ tịch, Ủy ban "
    "nhân dân phường thống nhất với mục tiêu, phạm vi và lộ trình nêu trong dự thảo."
)


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấứợỹ ĂĐƠ", max_size=40))
def test_folding_is_the_same_for_composed_and_decomposed_text(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_folding_leaves_bare_letters() -> None:
    assert fold("  QĐ-UBND  Quảng   Ngãi ") == "qd-ubnd quang ngai"
    assert fold("Ðặng Ðức") == "dang duc"
    assert fold_letters("Số: 15/QĐ-UBND") == "so15qdubnd"


@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 6))
def test_distance_is_symmetric_and_zero_only_for_the_same(a: str, b: str, limit: int) -> None:
    assert distance(a, b, limit) == distance(b, a, limit)
    assert (distance(a, b, limit) == 0) == (a == b)
    assert distance(a, b, limit) <= limit + 1


def test_distance_counts_edits_up_to_its_limit() -> None:
    assert distance("chithi", "chithi", 2) == 0
    assert distance("chithi", "chilhi", 2) == 1
    assert distance("baocao", "thongbao", 2) == 3


@pytest.mark.parametrize(
    "word",
    [
        "ủy",
        "nghiêng",
        "quỳnh",
        "quyết",
        "gì",
        "giếng",
        "khuya",
        "hoặc",
        "đặng",
        "xoong",
        "thuở",
        "ý",
        "ngoằn",
    ],
)
def test_vietnamese_words_are_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(word.upper())
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word", ["fox", "window", "cọng1", "tạch́", "xyz", "str", "catch", "prẩn", "raần", ""]
)
def test_other_words_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_a_stopped_syllable_bears_only_two_tones() -> None:
    assert is_syllable("các")
    assert is_syllable("cạp")
    assert not is_syllable("càc")
    assert not is_syllable("cãt")


@pytest.mark.parametrize("name", ["Trần Ngọc Căng", "NGUYỄN VĂN MẪU", "Hà Thị Lê Vân", "Lê Vân"])
def test_names_of_people(name: str) -> None:
    assert is_person_name(name)


@pytest.mark.parametrize(
    "text",
    ["Chủ tịch", "Thị Lê Vân", "Nơi nhận", "Hoàng", "trần ngọc căng", "Trần 12", "Prẩn Phước Hiền", ""],
)
def test_what_is_no_name(text: str) -> None:
    assert not is_person_name(text)


def test_capitals_bear_a_slip_of_the_reader() -> None:
    assert is_capitals("QUYẾT ĐỊNh")
    assert not is_capitals("Quyết định")
    assert not is_capitals("123/45")


@given(st.text())
def test_folded_text_is_without_case_and_marks_as_unicode_has_them(text: str) -> None:
    caseless = unicodedata.normalize("NFD", text).casefold()
    base = "".join(c for c in unicodedata.normalize("NFD", caseless) if not unicodedata.combining(c))
    bare = base.translate(str.maketrans("đð", "dd"))
    assert fold(text).split() == bare.split()
    assert fold_letters(text) == "".join(c for c in bare if c.isalnum())


@given(st.lists(st.integers(0, 255), min_size=1))
def test_the_median_is_that_of_numpy(numbers: list[int]) -> None:
    for kind in (np.uint8, np.float64):
        assert median(np.array(numbers, kind)) == np.median(np.array(numbers, kind))
