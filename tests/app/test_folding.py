"""Folding: laws that hold for every text, and Vietnamese words that must meet."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.folding import fold, tokens

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ "
    "ĐÀÂÊÔƠƯỮ0123456789/-.,"
)
ANY = st.text() | VIETNAMESE


@given(ANY)
@example("ᾳ ẞ İ ﬁ ŉ ǰ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY)
def test_composed_and_decomposed_text_are_the_same(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert tokens(composed) == tokens(decomposed)


@given(VIETNAMESE)
def test_case_does_not_matter(text: str) -> None:
    assert tokens(text.upper()) == tokens(text.lower()) == tokens(text)


@given(ANY)
def test_words_are_letters_and_digits(text: str) -> None:
    for token in tokens(text):
        assert token.folded
        assert not any(c.isspace() or c in "\"'*:()\\{}^+-|&<>!" for c in token.written + token.folded)
        assert token.folded == fold(token.written)


@given(VIETNAMESE)
def test_vietnamese_folds_to_plain_letters(text: str) -> None:
    assert fold(text).isascii()


@given(ANY, ANY)
def test_punctuation_only_divides(first: str, second: str) -> None:
    assert tokens(first + "/ -" + second) == tokens(first) + tokens(second)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đặng Thị Ngọc Hường", "dang thi ngoc huong"),
        ("15/2022/QĐ-UBND", "15 2022 qd ubnd"),
        ("V/v: phê duyệt…", "v v phe duyet"),
        ("snake_case", "snake case"),
        ("", ""),
        ("\u0301\u0323", ""),
    ],
)
def test_what_words_fold_to(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("first", "second"),
    [("hoà", "hòa"), ("khoẻ", "khỏe"), ("THUỶ", "thủy"), ("quý", "qúy"), ("uỷ ban", "ủy ban")],
)
def test_both_spellings_of_a_tone_are_one_word(first: str, second: str) -> None:
    assert [token.written for token in tokens(first)] == [token.written for token in tokens(second)]


@pytest.mark.parametrize("letter", ["\u0110", "\u0111", "\u00d0", "\u00f0", "\u0189", "\u0256"])
def test_every_d_with_a_stroke_is_one_letter(letter: str) -> None:
    assert tokens(f"{letter}ất") == tokens("đất")


@pytest.mark.parametrize(("first", "second"), [("án", "an"), ("đan", "dan"), ("hoàn", "hòan"), ("bổ", "bộ")])
def test_different_words_stay_different_as_written(first: str, second: str) -> None:
    assert [token.written for token in tokens(first)] != [token.written for token in tokens(second)]


def test_a_word_knows_whether_it_is_marked() -> None:
    assert [token.marked for token in tokens("quyết dinh đất 2026 QĐ UBND")] == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]
