"""What lines are written of: official texts, a word list, names of places and people, from given folders."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.training.labels import clean

SHORTEST_LINE = 13  # characters; shorter lines of texts are numbers of pages and remains of tables

#: Files of the folder of lists.
WORDS = "vie.wordlist"  # a word a line
PLACES = "vn_units_2025.json"  # provinces and communes; every text whose key holds "name" is one
GIVEN_NAMES = ("boy.txt", "girl.txt")  # a given name, of one or more syllables, a line

_FAMILY_NAMES = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Hà Cao Đinh Lương Mai Đào
    Trịnh Đoàn Vương Trương Thái Lâm Quách Tạ Tăng Tống Tô Tôn Thạch Châu Chu Lưu La Lò Kiều Khúc Nghiêm
    Mạc Mã Phùng Quan Tiêu Triệu Từ Văn Viên Ung Bạch Bành Bế Cấn Diệp Doãn Đồng Giang Giáp Hàn Hứa
    Khổng Kim Lại Liễu Lục Mông Ngụy Nhan Ninh Nông Phí Phó Phương Sầm Sơn Thiều Tòng Xa Ksor Rmah Siu
"""
FAMILY_NAMES = tuple(_FAMILY_NAMES.split())


@dataclass(frozen=True, slots=True)
class Sources:
    """Lines of texts as words, dictionary words, places, given names: all in the alphabet of the reader."""

    lines: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    places: tuple[str, ...]
    given_names: tuple[str, ...]


def read_sources(texts: Path, lists: Path) -> Sources:
    """The sources in two folders: `*.txt` and `*.json` of texts, and the lists named above.

    Raises FileNotFoundError where a list is missing, ValueError where there is no line of text.
    """
    lines = [clean(line) for line in _lines(texts)]
    told = tuple(tuple(line.split()) for line in lines if len(line) >= SHORTEST_LINE)
    if not told:
        raise ValueError(f"{texts} holds no *.txt or *.json with lines of text")
    places = {clean(name) for name in _names(json.loads(_text(lists / PLACES)))}
    given = [clean(name) for file in GIVEN_NAMES for name in _text(lists / file).splitlines() if name.strip()]
    words = [clean(word) for word in _text(lists / WORDS).split()]
    return Sources(told, tuple(filter(None, words)), tuple(sorted(filter(None, places))), tuple(given))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.txt")):
        yield from _text(path).splitlines()
    for path in sorted(folder.glob("*.json")):
        yield from _texts(json.loads(_text(path)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _names(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and "name" in key.lower():
                yield inner
            else:
                yield from _names(inner)
