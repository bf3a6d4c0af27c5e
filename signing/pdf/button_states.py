"""Do the pictures of a check box or radio button tell its states apart?

Its value names a state, and people see the picture of it (ISO 32000-1, 12.7.4.2.3): one that is empty while
that of the state Off has a tick says the contrary.
"""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pikepdf import Dictionary, Object, Pdf, Stream

from signing.pdf import field_sheets, inked_text
from signing.pdf.field_sheets import Placed
from signing.pdf.inked_text import Box, TooMuch

OFF = "/Off"
FRAME = 0.15  # share of the shorter side that a frame takes, which is the same in each state
LARGEST = 100_000  # pixels of one drawing; a box of 14 points has 1,764
MOST_STATES = 20  # of one button, which has two
MOST = 20_000  # pictures of all
ON_PAGES = 20  # buttons that are looked at upon their pages, where they mislead on white
ALIKE = 16  # of 255: what differs less is one colour

Drawing = NDArray[np.uint8]


def misleading(
    pdf: Pdf, buttons: Sequence[Object], on_page: Callable[[Placed], bytes | None], until: float
) -> list[Object]:
    """Those with a state that looks like Off, or that is empty where Off is not, on white and on their page.
    `on_page`: a document with the page of a picture, upon which that is drawn last. `until`: seconds of the
    processor, as time.thread_time() counts them. Raises TooMuch where they are too many or take longer, and
    pypdfium2.PdfiumError."""
    found = [(button, states) for button in buttons if (states := _pictures(button))]
    if not found:
        return []
    placed = [
        [Placed(button, one, field_sheets.box_of(button.Rect)) for one in states] for button, states in found
    ]
    flat = [one for each in placed for one in each]
    if len(flat) > MOST:
        raise TooMuch("too many pictures of buttons")
    drawn = _drawings(field_sheets.alone(pdf, flat), until)
    told = [each for each in placed if _misleads([next(drawn) for _ in each], each[0].field)]
    return [
        each[0].field
        for at, each in enumerate(told)
        if at >= ON_PAGES or _misleads_on_page(each, on_page, until)
    ]


def _misleads_on_page(
    placed: Sequence[Placed], on_page: Callable[[Placed], bytes | None], until: float
) -> bool:
    """The same upon the page, which may be dark."""
    drawn: list[Drawing] = []
    for one in placed:
        sheet = on_page(one)
        if sheet is None:
            return True
        drawn += _drawings(sheet, until, one.box)
    return _misleads(drawn, placed[0].field)


def _pictures(button: Object) -> list[Object]:
    """That of the state Off, and then the others; empty where they cannot be compared."""
    states = button.get("/AP", Dictionary()).get("/N")
    if isinstance(states, Stream) or not isinstance(states, Dictionary) or "/Rect" not in button:
        return []
    x0, y0, x1, y1 = field_sheets.box_of(button.Rect)
    others = [states[name] for name in states.keys() if name != OFF]  # noqa: SIM118
    if len(others) > MOST_STATES:
        raise TooMuch("a button has too many states")
    off = states.get(OFF)
    if not others or x0 == x1 or y0 == y1 or not isinstance(off, Stream):
        return []
    return [off, *others] if all(isinstance(one, Stream) for one in others) else []


def _drawings(sheets: bytes, until: float, part: Box | None = None) -> Iterator[Drawing]:
    with pdfium.PdfDocument(sheets) as opened:
        for number in range(len(opened)):
            if time.thread_time() > until:
                raise TooMuch("the pictures of the form take too long")
            page = opened[number]
            yield inked_text.drawing(page, LARGEST, part)
            page.close()


def _misleads(drawn: Sequence[Drawing], button: Object) -> bool:
    off, *others = drawn
    if str(button.get("/AS", OFF)) == OFF and _is_empty(off):
        return False  # it is not filled, and nobody sees it filled
    return any(_misleads_by(off, other) for other in others)


def _misleads_by(off: Drawing, on: Drawing) -> bool:
    if off.shape != on.shape:
        return False  # one of them is turned
    return not _differs(off, on) or (_is_empty(on) and not _is_empty(off))


def _is_empty(drawn: Drawing) -> bool:
    """Is it of one colour within its frame?"""
    inside = _within(drawn)
    return not _differs(inside, inside[:1, :1])


def _within(drawn: Drawing) -> Drawing:
    edge = int(min(drawn.shape[:2]) * FRAME)
    return drawn[edge : drawn.shape[0] - edge, edge : drawn.shape[1] - edge]


def _differs(one: Drawing, other: Drawing) -> bool:
    return bool((np.abs(one.astype(np.int16) - other) >= ALIKE).any())
