"""Values that a form prints all of, to tick the one that holds. In the text of a file the marks tell which;
on a picture readers make letters of boxes, so that nothing is told."""

import re
from collections.abc import Sequence

from ocr.recognition import Page, Word

#: A box that nobody ticked, in Unicode and by Wingdings.
_EMPTY = re.compile("[☐□▢\uf06f\uf071\uf0a8]")
#: A box that is ticked or crossed; one that is filled, or a mark without a box, may be either.
_MARKED = re.compile("[☑☒\uf052\uf0fd\uf0fe]")
#: A box to tick as texts have it, and as readers see one: `]`, `[x]`.
_BOX = re.compile("[\\[\\]☐☑☒□■▢✓✔\uf052\uf06f\uf071\uf0a8\uf0fd\uf0fe]")
#: What one of several answers begins with, set behind another: `O Chưa kết hôn X Đã kết hôn`, `Có / Không`.
_SECOND = re.compile(r"(?<=[^.;:…] )(?:(?:Chưa|Đã|Đang|Có|Không) (?P<next>\w)|(?:Ly hôn|Góa|Goá|Độc thân)\b)")
_EITHER = re.compile(r"^\W*Có\W+(?:\w\W+)?Không\W*$")
#: How far from a value its box may stand, in heights of a word.
NEAR = 1.2


def chosen(words: Sequence[Word], page: Page) -> Sequence[Word] | None:
    """The words of the one option whose box is ticked, where the text of a file has one box an option, all
    before or all behind them, and one of the boxes is ticked; else None."""
    every = sorted(page.words, key=lambda word: word.box.x0)
    boxes = [box for box in every if _BOX.search(box.text) and any(_is_beside(box, w) for w in words)]
    if page.origin != "text-layer" or len(words) < 2 or any(_BOX.search(word.text) for word in words):
        return None
    known = all(
        len(word.text) == 1 and (_EMPTY.match(word.text) or _MARKED.match(word.text)) for word in boxes
    )
    marked = [word for word in boxes if _MARKED.match(word.text)]
    if not known or len(boxes) < 2 or len(marked) != 1:
        return None
    row = sorted((*words, *boxes), key=lambda word: word.box.x0)
    before = row[0] is boxes[0]
    if before == (row[-1] is boxes[-1]):
        return None  # `☐ Nam ☐ Nữ ☒`: one of the options was lost
    options: list[list[Word]] = [[]]
    for word in row if before else reversed(row):
        if any(word is box for box in boxes):
            options.append([])
        else:
            options[-1].append(word)
    in_order = boxes if before else boxes[::-1]
    if options[0] or not all(options[1:]):
        return None
    option = next(own for box, own in zip(in_order, options[1:], strict=True) if box is marked[0])
    return option if before else option[::-1]


def offers_choice(value: str, form: str) -> bool:
    """Whether a text holds several answers, each with a capital at its beginning, so that one of them was to
    be marked; readers leave out a circle, or make a letter of it. What says both goes on in small letters:
    `Đã ly hôn, hiện chưa đăng ký kết hôn với ai`."""
    second = any(not match["next"] or match["next"].islower() for match in _SECOND.finditer(value))
    return form == "text" and (second or bool(_EITHER.match(value)))  # `Hàng Không Việt` is a name


def is_to_be_ticked(words: Sequence[Word], page: Page) -> bool:
    """Whether a box stands among the words of a value, or right before or behind one of them."""
    boxes = [word for word in page.words if _BOX.search(word.text)]
    return any(box is word or _is_beside(box, word) for box in boxes for word in words)


def _is_beside(box: Word, word: Word) -> bool:
    a, b = box.box, word.box
    level = b.y0 < (a.y0 + a.y1) / 2 < b.y1
    return level and max(a.x0, b.x0) - min(a.x1, b.x1) < NEAR * (b.y1 - b.y0)
