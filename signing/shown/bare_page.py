"""A page from which everything was taken, and texts drawn on it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.shown import paint
from signing.shown.drawn_letters import drawn
from signing.shown.paint import Painted, pointer


@dataclass(frozen=True, slots=True)
class BarePage:
    """`around`: the forms that an object of the page is in, by its address."""

    page: pdfium.PdfPage
    around: Mapping[int, Sequence[object]]

    @classmethod
    def of(cls, page: pdfium.PdfPage) -> "BarePage":
        """Take everything off the page: what is drawn of it from now on is bare. A form is taken off as well,
        since some paint even where nothing is in them: the shadow of nothing is a box."""
        around = paint.forms(page)
        for address in around:
            raw.FPDFPageObj_SetIsActive(pointer(address), False)
        return cls(page, around)

    def alone(self, texts: Sequence[Painted], side: int) -> tuple[np.ndarray, np.ndarray]:
        """The texts on white and on black, which tells how much they swallow of any ground; the longer side
        of so many pixels."""
        self._appear(texts, shown=True)
        on_white, on_black = (drawn(self.page, side, ground).astype(np.float32) for ground in (255, 0))
        self._appear(texts, shown=False)
        return on_white, on_black

    def _appear(self, texts: Sequence[Painted], *, shown: bool) -> None:
        for text in texts:
            text.appear(shown)
            for form in self.around.get(text.handle, ()):
                raw.FPDFPageObj_SetIsActive(form, shown)
