"""Text under a picture of itself, as programs leave it that make pictures of what is transparent.

Nobody sees the text, and everybody sees what it says: the picture over a letter has the shape of that letter.
"""

from collections.abc import Sequence

import numpy as np
import pypdfium2 as pdfium

from signing.shown.bare_page import BarePage
from signing.shown.drawn_letters import Letter, part
from signing.shown.paint import Painted

#: Correlation of a letter that is drawn alone with what is seen in its place, both blurred. Pictures of the
#: same letter, of 150 to 300 dpi, have 0.91 and more but for one in a thousand, those of another figure 0.88
#: at most. One that differs in a small mark alone is not told from it: then people see the mark, and programs
#: read it without.
LIKE = 0.9
#: Pixels of the longer side of a digit and of a letter: below, pictures of 0 and 8, of 5 and S have 0.9.
LEAST, LEAST_LETTER = 16, 12
#: The same for signs within figures, as the comma and the stop between thousands: the same one has 0.94 and
#: more, the other one 0.91 at most.
LIKE_SIGN, LEAST_SIGN = 0.92, 3.2
AROUND = 0.15, 0.5  # of the height of a letter: so much beside, and above and below it, is compared too
CONTRAST = 60  # of 255: less in the place of a letter shows nobody a shape
STEPS = (-1, 0, 1)  # pixels that a picture may be off


def unlike(
    bare: BarePage, seen: np.ndarray, layers: Sequence[Sequence[Painted]], letters: Sequence[Letter]
) -> list[Letter]:
    """Those of the letters whose shape is not what is `seen` in their place."""
    found = []
    for texts in layers:
        within = {text.handle for text in texts}
        asked = [letter for letter in letters if letter.text.handle in within]
        if asked:
            on_white, on_black = bare.alone(texts, max(seen.shape))
            ink = 255 - (on_white - on_black)
            found += [letter for letter in asked if not _is_like(bare.page, letter, ink, seen)]
    return sorted(found, key=lambda letter: letter.index)


def _is_like(page: pdfium.PdfPage, letter: Letter, ink: np.ndarray, seen: np.ndarray) -> bool:
    left, bottom, right, top = letter.box
    across, up = (share * (top - bottom) for share in AROUND)
    box = (left - across, bottom - up, right + across, top + up)
    alone, shown = (part(page, picture, box).astype(np.float64) for picture in (ink, seen))
    side = max(right - left, top - bottom) * max(seen.shape) / max(page.get_size())
    like, least = _limits(letter.sign)
    if side < least or min(alone.shape) < len(STEPS) or np.ptp(shown) <= CONTRAST:
        return False
    alone, shown = _blurred(alone), _blurred(shown)
    return any(_correlation(_moved(alone, x, y), _moved(shown, -x, -y)) >= like for x in STEPS for y in STEPS)


def _limits(sign: str) -> tuple[float, float]:
    """The least correlation, and the least size in pixels."""
    if sign.isdigit():
        return LIKE, LEAST
    return (LIKE, LEAST_LETTER) if sign.isalpha() else (LIKE_SIGN, LEAST_SIGN)


def _blurred(picture: np.ndarray) -> np.ndarray:
    """Each pixel the mean of itself and its neighbours: letters in pictures have soft edges."""
    rows, columns = picture.shape
    wide = np.pad(picture, 1, mode="edge")
    mean: np.ndarray = np.mean(
        [wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)], axis=0
    )
    return mean


def _moved(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """What is left of a picture that is moved beyond its edges."""
    rows, columns = picture.shape
    return picture[max(0, y) : rows + min(0, y), max(0, x) : columns + min(0, x)]


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if one.std() == 0 or other.std() == 0:
        return 0.0
    return abs(float(np.corrcoef(one.ravel(), other.ravel())[0, 1]))
