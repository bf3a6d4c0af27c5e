"""Words of the texts that language counts are made from: plain text, JSON of laws, HTML of manuals."""

import gzip
import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_SUFFIXES = (".txt", ".json", ".gz", ".html")
_TEXT_KEYS = ("raw_text", "content")
_BLOCKS = re.compile(r"</?(?:p|h\d|li|td|th|tr|div|br|dt|dd|ul|ol|table)\b[^>]*>")
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
#: Letters that only Vietnamese has: a line of a half-translated manual without any is English.
_VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]", re.IGNORECASE)


def lines_of(folder: Path) -> Iterator[str]:
    """Every line (one paragraph each) of the texts under a folder, in the order of their paths."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in _SUFFIXES):
        yield from lines_of_file(path)


def lines_of_file(path: Path) -> Iterator[str]:
    """Every line of one text."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    text = data.decode("utf-8", errors="replace")
    if path.suffix == ".html":
        yield from _lines_of_page(text)
    elif path.suffix == ".txt":
        yield from text.splitlines()
    else:
        for passage in _passages(json.loads(text)):
            yield from passage.splitlines()


def _passages(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _TEXT_KEYS and isinstance(inner, str):
                yield inner
            elif isinstance(inner, dict | list):
                yield from _passages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _passages(inner)


def _lines_of_page(page: str) -> Iterator[str]:
    body = _UNSEEN.sub("", page[max(page.find("<body"), 0) :])
    for line in html.unescape(_TAGS.sub("", _BLOCKS.sub("\n", body))).splitlines():
        if _VIETNAMESE.search(line) and len(line.split()) > 2:
            yield line


def place_names(units: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The full names of provinces and communes in the list of administrative units."""
    for province in units:
        yield province["FullName"]
        for ward in province["Wards"]:
            yield ward["FullName"]
