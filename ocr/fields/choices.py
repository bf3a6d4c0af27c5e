"""Values that a form prints all of, to tick the one that holds: which it is, what was read does not tell."""

import re
from collections.abc import Sequence

from ocr.recognition import Page, Word

#: A box to tick as texts have it, in Unicode and by Wingdings, and as readers see one: `]`, `[x]`.
_BOX = re.compile("[\\[\\]☐☑☒□■▢✓✔\uf052\uf06f\uf071\uf0a8\uf0fd\uf0fe]")
#: How far from a value its box may stand, in heights of a word.
NEAR = 1.2


def is_to_be_ticked(words: Sequence[Word], page: Page) -> bool:
    """Whether a box stands among the words of a value, or right before or behind one of them."""
    boxes = [word for word in page.words if _BOX.search(word.text)]
    return any(box is word or _is_beside(box, word) for box in boxes for word in words)


def _is_beside(box: Word, word: Word) -> bool:
    a, b = box.box, word.box
    level = b.y0 < (a.y0 + a.y1) / 2 < b.y1
    return level and max(a.x0, b.x0) - min(a.x1, b.x1) < NEAR * (b.y1 - b.y0)
