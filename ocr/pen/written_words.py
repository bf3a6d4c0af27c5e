"""The number and the day that a pen wrote, among the words and regions of a page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr import reading_order
from ocr.language.writing import fold
from ocr.recognition import UNAGREED, Box, Handwriting, Page, Region, Word
from ocr.structure.letterhead import letterhead
from ocr.structure.lines import Line, span
from ocr.structure.number_row import NumberRow

#: What a word is worth on which the readers of handwriting agree. They were right in all of 14 places, which
#: speaks for 0.94 (rule of succession); but it stays below what a word of print has (`fields.evidence`).
PROPOSED = 0.85

_DAY_WORD = re.compile(r"n\s?g\s?a?\s?y")
_MONTH_WORD = re.compile(r"tha?n[gq]")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a pen wrote: from letter `begin` of the first of these words to letter `end` of the last."""

    words: tuple[Word, ...]
    begin: int
    end: int
    box: Box


def settled(page: Page, readers: Sequence[str]) -> Page:
    """The page with what its `handwriting` proposes as words of their own, and its places among the regions.

    Words that were glued to the number or the day are parted from it. What was read there before is kept as
    an alternative; where nothing is proposed it stays, with little confidence. `readers` are the names of
    those who propose.
    """
    head = letterhead(page)
    for seen in page.handwriting:
        place = None
        if seen.part == "number" and head.number is not None and not seen.printed:
            place = _number(head.number)
        elif seen.part == "date" and head.date is not None:
            place = _day(head.date)
        if place is not None:
            page = _with(page, place, seen, readers)
    return replace(page, text=reading_order.text_of(page.words))


def _number(row: NumberRow) -> _Place | None:
    """Between the label and the slash."""
    label = row.label
    if row.kind or not row.symbol_words:
        return None  # `12-QĐ/TU`: the kind belongs to the symbol
    begin = label.text.find(row.rest) if row.rest else len(label.text)
    if "/" in label.text:
        end = label.text.index("/")
        return _Place((label,), min(begin, end), end, row.gap)
    first = row.symbol_words[0]
    return _Place((label, *row.before, first), begin, max(0, first.text.find("/")), row.gap)


def _day(line: Line) -> _Place | None:
    """Between `ngày` and `tháng`."""
    folded = ["".join((fold(c) or " ")[:1] for c in word.text) for word in line.words]
    opens = next((i for i, text in enumerate(folded) if _DAY_WORD.match(text)), None)
    if opens is None:
        return None
    for closes in range(opens, len(folded)):
        day, month = _DAY_WORD.match(folded[opens]), _MONTH_WORD.search(folded[closes])
        if day and month:
            box = Box(line.words[opens].box.x1, line.box.y0, line.words[closes].box.x0, line.box.y1)
            return _Place(line.words[opens : closes + 1], day.end(), month.start(), box)
    return None


def _with(page: Page, place: _Place, seen: Handwriting, readers: Sequence[str]) -> Page:
    """The page with the words at a place parted, and replaced where there is a proposal."""
    left, right = place.words[0], place.words[-1]
    if len(place.words) == 1:
        guess = [_cut(left, place.begin, place.end)]
    else:
        inner = place.words[1:-1]
        guess = [_cut(left, place.begin, len(left.text)), *inner, _cut(right, 0, place.end)]
    guess = [word for word in guess if word.text]
    if place.end and len(guess) == 1 and seen.value == guess[0].text:
        return page  # `18/QĐ-UBND` is right as it is, for all three readers
    written = _written(guess, place, seen, readers)
    parts = [_cut(left, 0, place.begin), *written, _cut(right, place.end, len(right.text))]
    parts = [word for word in parts if word.text]
    words: list[Word] = []
    for word in page.words:
        if word == left:
            words += parts
        elif word not in place.words:
            words.append(word)
    regions = page.regions
    if written and not seen.printed and not any(_same(span(written), region) for region in regions):
        pen = Region("handwriting", span(written), PROPOSED if seen.value else UNAGREED)
        regions = tuple(sorted((*regions, pen), key=lambda r: (r.box.y0, r.box.x0)))
    return replace(page, words=tuple(words), regions=regions)


def _written(guess: Sequence[Word], place: _Place, seen: Handwriting, readers: Sequence[str]) -> list[Word]:
    """The words that stand in the place: the proposal, or else what was read, as doubtful as it is."""
    if seen.printed:
        return list(guess)
    if seen.value is None:
        return [replace(word, confidence=min(word.confidence, UNAGREED)) for word in guess]
    value = seen.value[-2:] if seen.part == "date" else seen.value
    before = "".join(word.text for word in guess)
    box = span(guess) if guess else place.box
    sure = min(seen.confidence, PROPOSED)
    others = (before,) if before and before != value else ()
    return [Word(value, box, sure, place.words[0].line, tuple(readers), others)]


def _cut(word: Word, first: int, last: int) -> Word:
    """Letters [first, last) of a word with their share of its box."""
    letter = (word.box.x1 - word.box.x0) / max(1, len(word.text))
    x0, x1 = (round(word.box.x0 + letter * place) for place in (first, last))
    return replace(word, text=word.text[first:last], box=Box(x0, word.box.y0, max(x1, x0 + 1), word.box.y1))


def _same(box: Box, region: Region) -> bool:
    """Whether a region of handwriting already holds most of the box."""
    return region.kind == "handwriting" and region.box.share_of(box) > 0.5
