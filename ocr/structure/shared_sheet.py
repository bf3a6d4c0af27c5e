"""Two papers copied on one sheet, such as the cards of a couple: only the first of them is read."""

from dataclasses import replace
from functools import lru_cache

from ocr.recognition import Page
from ocr.structure.letterhead import MOTTO, fold_near
from ocr.structure.lines import MOST_PAGES, Line, lines, same_row

#: How far over its motto a paper may have other lines, in heights of the motto.
OVER = 0.6


def is_shared(page: Page) -> bool:
    """Whether the national motto stands on the page twice, as it does once on every paper."""
    return len(_mottos(page)) > 1


@lru_cache(maxsize=MOST_PAGES)
def first_paper(page: Page) -> Page:
    """The page without all papers but the first: without the words under the second motto, or as wide as to
    the middle between two that stand side by side."""
    if not is_shared(page):
        return page
    first, *others = _mottos(page)
    beside = [other for other in others if same_row(first, other)]
    under = [other for other in others if other not in beside]
    right = min(((first.box.x1 + other.box.x0) / 2 for other in beside), default=page.width)
    below = min((other.box.y0 - OVER * other.height for other in under), default=page.height)
    own = {id(w) for line in lines(page) for w in line.words if w.box.x0 < right and line.middle < below}
    return replace(page, width=round(right), words=tuple(word for word in page.words if id(word) in own))


def _mottos(page: Page) -> list[Line]:
    return [line for line in lines(page) if line.capitals and fold_near(line.letters, MOTTO)]
