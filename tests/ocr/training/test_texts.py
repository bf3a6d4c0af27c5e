"""What is written on training lines: symbols of the reader, in NFC, spelt by the rules, one seed alike."""

import unicodedata
from pathlib import Path

import pytest

from ocr.readers.banchinh_reader import ALPHABET
from ocr.training import labels, references, syllables
from ocr.training.chance import Chance
from ocr.training.sources import read_sources
from ocr.training.texts import TextMaker
from tests.ocr.training.sources import fictional, write, written

LENGTHS = (3, 8, 20, 45, 80)


def lines_of(folder: Path, seed: int, count: int = 200) -> list[str]:
    maker = TextMaker(fictional(folder), seed)
    return [maker.line(LENGTHS[number % len(LENGTHS)]) for number in range(count)]


def test_every_label_is_of_the_alphabet_and_in_nfc(tmp_path: Path) -> None:
    for line in lines_of(tmp_path, 1, 2000):
        assert line
        assert line == line.strip()
        assert set(line) <= set(ALPHABET), line
        assert unicodedata.is_normalized("NFC", line), line


def test_one_seed_gives_the_same_lines_and_another_gives_others(tmp_path: Path) -> None:
    first, again, other = (tmp_path / name for name in ("a", "b", "c"))
    for folder in (first, again, other):
        folder.mkdir()
    assert lines_of(first, 5) == lines_of(again, 5) != lines_of(other, 6)


def test_lines_are_about_as_long_as_asked(tmp_path: Path) -> None:
    maker = TextMaker(fictional(tmp_path), 2)
    assert all(len(maker.line(45)) <= 45 + len(" …") for _ in range(300))


@pytest.mark.parametrize(
    ("rhyme", "bearer"),
    [
        ("a", "à"),
        ("uyên", "uyền"),
        ("ươi", "ười"),
        ("iêu", "iều"),
        ("oan", "oàn"),
        ("oanh", "oành"),
        ("oai", "oài"),
        ("uya", "uỳa"),
        ("ua", "ùa uà"),
        ("oa", "òa oà"),
        ("uê", "uề"),
    ],
)
def test_the_tone_stands_where_spelling_puts_it(rhyme: str, bearer: str) -> None:
    chance = Chance(3)
    assert {syllables.with_tone(rhyme, "\u0300", chance) for _ in range(40)} == set(bearer.split())


def test_stopped_syllables_bear_acute_or_dot_only() -> None:
    chance = Chance(4)
    for _ in range(2000):
        spelt = unicodedata.normalize("NFD", syllables.syllable(chance).lower())
        if spelt.endswith(("p", "t", "c", "ch")):
            assert {syllables.ACUTE, syllables.DOT} & set(spelt), spelt


def test_every_vowel_with_every_tone_is_of_the_alphabet() -> None:
    assert set(syllables.VOWELS) <= set(ALPHABET)
    assert {vowel.upper() for vowel in syllables.VOWELS} <= set(ALPHABET)


@pytest.mark.parametrize("form", references.FORMS, ids=lambda form: form.__name__)
def test_references_lose_nothing_to_the_alphabet(form: references.Form) -> None:
    chance, facts = Chance(8), references.Facts("UBND", "QĐ", 2024, "05", "03")
    for _ in range(60):
        told = form(chance, facts)
        assert labels.clean(told) == told.strip().replace("......", "…")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Số: ......../TB", "Số: …/TB"),
        ("họ tên ______", "họ tên …"),
        ("a\u00a0\u2011 b — ", "a - b -"),
        (unicodedata.normalize("NFD", "tiếng Việt"), "tiếng Việt"),
        ("日本 ﬁ", "fi"),
    ],
)
def test_marks_of_one_kind_are_one_symbol(raw: str, clean: str) -> None:
    assert labels.clean(raw) == clean


def test_ctc_needs_a_blank_between_letters_that_are_alike() -> None:
    assert labels.frames_needed("aab") == 4
    assert labels.frames_needed("") == 0


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    texts, lists = written(tmp_path)
    for path in texts.iterdir():
        path.unlink()
    write(texts / "short.txt", "quá ngắn")
    with pytest.raises(ValueError, match=r"no \*\.txt"):
        read_sources(texts, lists)
