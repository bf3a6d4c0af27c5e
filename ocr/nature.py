"""What a paper is by nature: whether its page holds what papers of a kind hold, beside their title."""

import re
from collections.abc import Iterable
from functools import cache

from ocr.kinds import PaperKind, catalogue
from ocr.language import fold, fold_letters
from ocr.lines import Line, lines
from ocr.recognition import Page

#: A cover says hardly more than what the paper is.
COVER_WORDS = 45

_BEFORE_LABEL = re.compile(r"^(?:[a-zđ\d]{1,2}[.)]\s*|[-–+*•]\s*)+")


def is_cover(page: Page) -> bool:
    """Whether there is no room on the page for more than a title."""
    return len(page.words) <= COVER_WORDS


def parts_of(kind: PaperKind, page: Page) -> int:
    """How many of the things that such papers print are there: words of every such form, labels of fields.

    A label begins a line or has a colon or its translation after it: what running text mentions is none.
    """
    printed = fold_letters(" ".join(word.text for word in page.words))
    hints = sum(fold_letters(hint) in printed for hint in kind.hints)
    starts = [_start(line) for line in lines(page)]
    marked = " ".join(_marked(line) for line in lines(page))
    return hints + sum(
        any(_stands(label, starts, marked) for label in labels) for labels in _labels(kind.code)
    )


@cache
def _labels(code: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(fold_letters(text) for text in spec.labels) for spec in catalogue()[code].fields.values()
    )


def _stands(label: str, starts: Iterable[str], marked: str) -> bool:
    if len(label) < 4:
        return f" {label}:" in marked
    return f"{label}:" in marked or f"{label}/" in marked or any(start.startswith(label) for start in starts)


def _start(line: Line) -> str:
    return fold_letters(_BEFORE_LABEL.sub("", line.text))


def _marked(line: Line) -> str:
    """The letters of a line with its colons and slashes, and a space before each word that follows one."""
    return " " + "".join(c for c in fold(line.text) if c.isalnum() or c in ":/")
