"""Do the pictures of a check box or radio button tell its states apart?

Its value names a state, and people see the picture of it (ISO 32000-1, 12.7.4.2.3): one that is empty while
that of the state Off has a tick says the contrary.
"""

import time
from collections.abc import Iterator, Sequence

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pikepdf import Dictionary, Object, Pdf, Stream

from signing.pdf import field_sheets, inked_text
from signing.pdf.field_sheets import Placed

OFF = "/Off"
FRAME = 0.15  # share of the shorter side that a frame takes, which is the same in each state
LARGEST = 100_000  # pixels of one drawing; a box of 14 points has 1,764
MOST_STATES = 20  # of one button, which has two
MOST = 20_000  # pictures of all
ALIKE = 16  # of 255: what differs less is one colour

Drawing = NDArray[np.uint8]


def misleading(pdf: Pdf, buttons: Sequence[Object], until: float) -> list[Object]:
    """Those with a state that looks like Off, or that is empty where Off is not. `until`: seconds of the
    processor, as time.thread_time() counts them. Raises ValueError where they are too many or take longer,
    and pypdfium2.PdfiumError."""
    found = [(button, states) for button in buttons if (states := _pictures(button))]
    if not found:
        return []
    placed = [Placed(button, one, field_sheets.box_of(button.Rect)) for button, each in found for one in each]
    if len(placed) > MOST:
        raise ValueError("too many pictures of buttons")
    drawn = _drawings(field_sheets.alone(pdf, placed), until)
    told = []
    for button, states in found:
        off, *others = [next(drawn) for _ in states]
        if any(_misleads(off, other) for other in others):
            told.append(button)
    return told


def _pictures(button: Object) -> list[Object]:
    """That of the state Off, and then the others; empty where they cannot be compared."""
    states = button.get("/AP", Dictionary()).get("/N")
    if isinstance(states, Stream) or not isinstance(states, Dictionary) or "/Rect" not in button:
        return []
    x0, y0, x1, y1 = field_sheets.box_of(button.Rect)
    others = [states[name] for name in states.keys() if name != OFF]  # noqa: SIM118
    if len(others) > MOST_STATES:
        raise ValueError("a button has too many states")
    off = states.get(OFF)
    if not others or x0 == x1 or y0 == y1 or not isinstance(off, Stream):
        return []
    return [off, *others] if all(isinstance(one, Stream) for one in others) else []


def _drawings(sheets: bytes, until: float) -> Iterator[Drawing]:
    with pdfium.PdfDocument(sheets) as opened:
        for number in range(len(opened)):
            if time.thread_time() > until:
                raise ValueError("the pictures of the form take too long")
            page = opened[number]
            yield inked_text.drawing(page, LARGEST)
            page.close()


def _misleads(off: Drawing, on: Drawing) -> bool:
    if off.shape != on.shape:
        return False  # one of them is turned
    if not _differs(off, on):
        return True
    unticked, ticked = _within(off), _within(on)
    return not _differs(ticked, ticked[:1, :1]) and _differs(unticked, unticked[:1, :1])


def _within(drawn: Drawing) -> Drawing:
    edge = int(min(drawn.shape[:2]) * FRAME)
    return drawn[edge : drawn.shape[0] - edge, edge : drawn.shape[1] - edge]


def _differs(one: Drawing, other: Drawing) -> bool:
    return bool((np.abs(one.astype(np.int16) - other) >= ALIKE).any())
