"""What a paper is by nature: whether its page holds what papers of a kind hold, beside their title."""

import re
from collections.abc import Iterable
from functools import cache

from ocr.kinds.catalogue import PaperKind, catalogue, stops
from ocr.language.writing import fold, fold_letters
from ocr.recognition import Page
from ocr.structure.lines import Line, lines

#: A cover says hardly more than what the paper is.
COVER_WORDS = 45

#: Things that a page must hold as papers of a kind do, where their title goes on with other words.
LEAST_PARTS = 2
#: A page is another form than its title says where it holds so many things that this form alone prints, and
#: none of the form of its title.
ANOTHER = 2
#: Fields that papers of many kinds have, so that they tell none of them.
_OF_ANY = re.compile(
    "number|sex|address|issued_on|issuer|addressee|holder_name|purpose|(?:book|page|registration)_number|"
    "(?:[a-z]+_)?(?:personal_id|date_of_birth|ethnicity|nationality|residence)|place_of_birth|"
    "(?:full|representative|spouse)_name"
)

_BEFORE_LABEL = re.compile(r"^(?:[a-zđ\d]{1,2}[.)]\s*|[-–+*•]\s*)+")

#: What a form prints, folded to letters: words that stand somewhere on it, and the labels of each field.
Parts = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
#: What a page says, folded to letters: all of it, the start of each line, and all with colons and slashes.
Printed = tuple[str, tuple[str, ...], str]


def is_cover(page: Page) -> bool:
    """Whether there is no room on the page for more than a title."""
    return len(page.words) <= COVER_WORDS


def parts_of(kind: PaperKind, page: Page) -> int:
    """How many of the things that such papers print are there: words of every such form, labels of fields.

    A label begins a line or has a colon or its translation after it: what running text mentions is none.
    """
    printed, starts, marked = _said_on(page)
    hints = sum(fold_letters(hint) in printed for hint in kind.hints)
    return hints + sum(
        any(_stands(label, starts, marked) for label in labels) for labels in _labels(kind.code)
    )


def form_of_another(kind: PaperKind, page: Page) -> tuple[PaperKind, int] | None:
    """The kind whose form the page is, where nothing on it but the title is of `kind`, and how many things
    say so: from ANOTHER on there is no doubt, and one is enough for doubt. Of 309 drawn papers one of the
    desk's has a thing of another form and none of its own; of their 4,655 pairings with a wrong title 3,387
    have two such things or more, and 380 have one."""
    if kind.goes_on or kind.group != "civil" or kind.certifies:
        return None
    every = catalogue().values()
    rivals = [k for k in every if k.group == "civil" and not k.certifies and k.code != kind.code]
    said = _said_on(page)
    most, rival = max(
        ((_found(_peculiar(rival.code, kind.code), said), rival) for rival in rivals), key=lambda one: one[0]
    )
    if not most or _found(_peculiar(kind.code, rival.code), said):
        return None
    return rival, most


def _found(parts: Parts, said: Printed) -> int:
    """How many of these parts of a form stand on a page."""
    hints, every = parts
    printed, starts, marked = said
    stand = sum(any(_stands(label, starts, marked) for label in labels) for labels in every)
    return stand + sum(hint in printed for hint in hints)


def _said_on(page: Page) -> Printed:
    """All letters of a page, the letters with which its lines start, and its lines with their marks."""
    every = lines(page)
    printed = fold_letters(" ".join(word.text for word in page.words))
    return printed, tuple(_start(line) for line in every), " ".join(_marked(line) for line in every)


@cache
def _peculiar(code: str, other: str) -> Parts:
    """Words and labels of one form, folded, that the other has not and that are not of any person's paper."""
    one, two = catalogue()[code], catalogue()[other]
    elsewhere = {fold_letters(text) for spec in two.fields.values() for text in spec.labels}
    elsewhere |= {fold_letters(text) for text in (*stops(), *two.hints)}
    labels = tuple(
        own
        for name, spec in one.fields.items()
        if not _OF_ANY.fullmatch(name)
        and (own := tuple(x for text in spec.labels if (x := fold_letters(text)) not in elsewhere))
    )
    taken = elsewhere.union(*labels)
    hints = tuple(x for hint in one.hints if not _within(x := fold_letters(hint), taken))
    return hints, labels


def _within(letters: str, others: Iterable[str]) -> bool:
    """Whether the letters are a part of a label that counts already."""
    return any(letters in other for other in others)


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
