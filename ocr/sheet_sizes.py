"""What is said of pages whose size the viewing copy cannot keep."""

from dataclasses import replace

from ocr import searchable
from ocr.recognition import Notice, Page

SAME = 1.0  # points
MM = 25.4 / 72

CODE = "page-size"
VI = (
    "Trang {number} có khổ {true} mm; bản để xem có khổ {copy} mm, vì PDF/A không cho cạnh trang ngắn hơn "
    "3 point (1,06 mm), hoặc vì ảnh của trang quá thô. Tệp gốc giữ nguyên khổ."
)
EN = (
    "Page {number} is {true} mm; in the viewing copy it is {copy} mm, as PDF/A allows no side shorter than "
    "3 points (1.06 mm), or as the dots of its picture are too coarse. The received file keeps the size."
)


def noted(page: Page, sheet: tuple[float, float] | None) -> Page:
    """The page, with a notice where its copy has another size than the `sheet` (points) that was received."""
    own = sorted(searchable.size(page))
    if sheet is None or all(abs(a - b) <= SAME for a, b in zip(sorted(sheet), own, strict=True)):
        return page
    true, copy = (" × ".join(f"{side * MM:.1f}" for side in sides) for sides in (sorted(sheet), own))
    vi = VI.format(number=page.number, true=true.replace(".", ","), copy=copy.replace(".", ","))
    en = EN.format(number=page.number, true=true, copy=copy)
    return replace(page, warnings=(*page.warnings, Notice(CODE, vi, en)))
