"""Tells text that a page holds unseen, whatever its pictures are: that of a recognition may be wrong."""

from collections.abc import Sequence

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ocr.textlayer import UNSEEN

COVERED = 0.5  # share of the pieces of text that lie unseen or under a picture, from which the layer does


def hides(objects: Sequence[pypdfium2.PdfObject]) -> bool:
    """Whether most text among the objects of a page, in the order in which they are drawn, is not seen.

    A scan may lie on its page in strips, in tiles, in a form or in pieces, so that no picture fills it, and
    its text may be drawn without ink, or with ink before the pictures that cover it.
    """
    middles: list[tuple[float, float]] = []
    unseen: list[bool] = []
    covers: list[tuple[int, tuple[float, float, float, float]]] = []
    for drawn in objects:
        if drawn.type == pdfium.FPDF_PAGEOBJ_TEXT:
            left, bottom, right, top = _place(drawn)
            middles.append(((left + right) / 2, (bottom + top) / 2))
            unseen.append(pdfium.FPDFTextObj_GetTextRenderMode(drawn) in UNSEEN)
        elif drawn.type == pdfium.FPDF_PAGEOBJ_IMAGE and middles:
            covers.append((len(middles), _place(drawn)))
    if not middles:
        return False
    points, hidden = np.array(middles), np.array(unseen)
    for before, (left, bottom, right, top) in covers:
        x, y = points[:before].T
        hidden[:before] |= (x > left) & (x < right) & (y > bottom) & (y < top)
    return bool(hidden.mean() > COVERED)


def _place(drawn: pypdfium2.PdfObject) -> tuple[float, float, float, float]:
    """Left, bottom, right, top on the page: PDFium gives them within the form in which it is drawn."""
    left, bottom, right, top = drawn.get_bounds()
    form = drawn.container
    while form is not None:
        a, b, c, d, e, f = form.get_matrix().get()
        corners = [(x, y) for x in (left, right) for y in (bottom, top)]
        across, down = [a * x + c * y + e for x, y in corners], [b * x + d * y + f for x, y in corners]
        left, bottom, right, top = min(across), min(down), max(across), max(down)
        form = form.container
    return left, bottom, right, top
