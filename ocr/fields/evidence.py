"""When a value may be called read: what print looks like beside handwriting, and how a Field is made."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import groupby
from statistics import median

from ocr.confidence import LEAST_SURE
from ocr.language.writing import fold_letters
from ocr.recognition import Box, Field, Handwriting, HandwritingPart, Page, Word
from ocr.structure.lines import Line, joined, span

#: What a word must be sure of to count as print: the limit of all guesses; of a text layer nothing is asked.
PRINTED_CONFIDENCE = LEAST_SURE
#: The part of a word that lies in the box of its value.
WITHIN = 0.6

ABSENT = Field(None, 0.0, None, None, "absent")

#: Below this mean confidence a value is handwriting or dirt: its place is given, not its text.
LEAST_CONFIDENCE = 0.65
#: Of figures, each word must reach this: one that is wrong looks as good as one that is right.
LEAST_EXACT = 0.75
EXACT_FORMS = (
    "number",
    "date",
    "personal-id",
    "personal-id-12",
    "serial",
    "area",
    "decimal",
    "money",
    "count",
    "year",
    "book",
    "page",
    "percent",
)
#: Of texts whose figures say what they say: each of them must be as sure.
TEXTS_WITH_FIGURES = ("period", "measure", "use")


def read(value: str, words: Sequence[Word], page: int) -> Field:
    """A value that stands on the page in these words."""
    confidence = min(w.confidence for w in words)  # a value is as sure as its least sure word
    return Field(value, round(min(1.0, confidence), 4), page, span(words), "read")


def read_lines(parts: Sequence[Line], value: str | None = None) -> Field:
    """The text of lines as a value, or absent where there are none."""
    if not parts:
        return ABSENT
    return read(value or joined(parts), [w for line in parts for w in line.words], parts[0].page)


def handwritten(page: int, box: Box, value: str | None = None) -> Field:
    """Something is written here that was not read; `value` is the part of it that is printed."""
    return Field(value, 0.0, page, box, "handwritten")


def if_sure(field: Field, least: float = LEAST_SURE) -> Field:
    """The field, or only its place where the least sure of its words was guessed."""
    if field.state != "read" or field.confidence >= least or field.page is None or field.box is None:
        return field
    return handwritten(field.page, field.box)


def if_all_read(field: Field, pages: Sequence[Page]) -> Field:
    """The field, or only its place where ink that nobody read lies in the rows of its words, among or right
    beside them: a letter or a word of the value may be under it."""
    page = next((page for page in pages if page.number == field.page), None)
    if field.state != "read" or field.box is None or page is None:
        return field
    unread = [region.box for region in page.regions if region.kind == "unread"]
    own = [w for w in page.words if unread and field.box.share_of(w.box) > WITHIN]
    if is_said(own):
        return field
    for _, row in groupby(own, key=lambda word: word.line):
        boxes = [word.box for word in row]
        tall, box = median(one.y1 - one.y0 for one in boxes), reduce(Box.union, boxes)
        place = replace(box, x0=round(box.x0 - tall), x1=round(box.x1 + tall))
        if any(place.shared(one) for one in unread):
            return handwritten(page.number, field.box)
    return field


def is_said(words: Sequence[Word]) -> bool:
    """Whether a person has said what one of the words is, who saw what stands beside it."""
    return any(word.said is not None for word in words)


def seen_by_readers(page: Page, part: HandwritingPart) -> Handwriting | None:
    """What the readers of the picture made of a place; nobody doubts what a PDF itself says."""
    if page.origin == "text-layer":
        return None
    seen = next((seen for seen in page.handwriting if seen.part == part), None)
    if seen is not None and is_said([w for w in page.words if _of(seen, w)]):
        return None
    return seen


def _of(seen: Handwriting, word: Word) -> bool:
    """Whether a word stands in that place; of a number also the symbol behind it that begins with a figure:
    the place is then the gap before it."""
    place, box = seen.box, word.box
    if place.share_of(box) > WITHIN:
        return True
    tall = box.y1 - box.y0
    row = 2 * (min(place.y1, box.y1) - max(place.y0, box.y0)) > tall
    behind = place.x0 <= box.x0 <= place.x1 + tall
    return seen.part == "number" and row and behind and word.text[:1].isdigit()


def confirms(seen: Handwriting | None, value: str) -> bool:
    """Whether the readers of the picture leave a printed value as it is."""
    return seen is None or seen.value == value or (seen.value is None and seen.printed)


def proposed(field: Field, seen: Handwriting | None) -> Field:
    """A handwritten field with what independent readers agree on, unless print beside it says otherwise."""
    if seen is None or seen.value is None:
        return field
    if field.value is not None and not seen.value.startswith(field.value):
        return replace(field, value=None)
    return replace(field, value=seen.value, confidence=seen.confidence)


def digit_height(page: Page) -> float:
    """The usual height of the printed numerals of a page."""
    sure = [
        w.box.y1 - w.box.y0
        for w in page.words
        if w.confidence >= PRINTED_CONFIDENCE and re.fullmatch(r"\d{2,4}", w.text)
    ]
    if not sure:  # capitals without marks are as tall as numerals
        sure = [
            w.box.y1 - w.box.y0
            for w in page.words
            if w.confidence >= PRINTED_CONFIDENCE and re.fullmatch(r"[A-Z]{2,}", w.text)
        ]
    return median(sure) if sure else 0.0


def is_printed(word: Word, page: Page, before: Word | None, after: Word | None) -> bool:
    """Whether a word of digits is print: sure, as tall as the page's numerals, and set as closely to its
    neighbours as print is. Handwriting fills a gap that was left wide, and is taller."""
    if page.origin == "text-layer":
        return True
    usual = digit_height(page)
    if word.confidence < PRINTED_CONFIDENCE or not usual:
        return False
    tall = word.box.y1 - word.box.y0
    if not 0.8 * usual <= tall <= 1.2 * usual:
        return False
    gaps = [0]
    if before is not None:
        gaps.append(word.box.x0 - before.box.x1)
    if after is not None:
        gaps.append(after.box.x0 - word.box.x1)
    return max(gaps) <= 0.75 * usual


def is_sure(words: Sequence[Word], form: str) -> bool:
    """Whether the reader was sure enough for print: of every word where a digit may be wrong unnoticed."""
    if form in EXACT_FORMS:
        figures = [w for w in words if any(c.isdigit() for c in w.text)]
        least = min(w.confidence for w in figures or words)
        return least >= (PRINTED_CONFIDENCE if form == "number" else LEAST_EXACT)
    guessed = any(w.confidence < LEAST_EXACT for w in words if any(c.isdigit() for c in w.text))
    if form in TEXTS_WITH_FIGURES and guessed:
        return False
    return sum(w.confidence for w in words) / len(words) >= LEAST_CONFIDENCE


def words_holding(value: str, words: Sequence[Word]) -> Sequence[Word]:
    """The words that hold the value, where only a part of what stands there is it."""
    wanted = fold_letters(value)
    holding = [w for w in words if fold_letters(w.text) and fold_letters(w.text) in wanted]
    return holding if fold_letters("".join(w.text for w in holding)) == wanted else words
