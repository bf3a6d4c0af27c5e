"""What is said of pages whose size the viewing copy cannot keep."""

from dataclasses import replace

from ocr.page_notices import SIZE
from ocr.recognition import Page
from ocr.viewing_copy import searchable

SAME = 1.0  # points
MM = 25.4 / 72

VI = "{said} Khổ gốc: {true} mm; trong bản để xem: {copy} mm."
EN = "{said} Its size: {true} mm; in the viewing copy: {copy} mm."


def noted(page: Page, sheet: tuple[float, float] | None) -> Page:
    """The page, with a notice where its copy has another size than the `sheet` (points) that was received."""
    own = sorted(searchable.size(page))
    if sheet is None or all(abs(a - b) <= SAME for a, b in zip(sorted(sheet), own, strict=True)):
        return page
    true, copy = (" × ".join(f"{side * MM:.1f}" for side in sides) for sides in (sorted(sheet), own))
    vi = VI.format(said=SIZE.vi, true=true.replace(".", ","), copy=copy.replace(".", ","))
    en = EN.format(said=SIZE.en, true=true, copy=copy)
    return replace(page, warnings=(*page.warnings, replace(SIZE, vi=vi, en=en)))
