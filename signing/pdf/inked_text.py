"""The text of a page that people see: programs also read what is white, tiny, clipped or painted over."""

import ctypes

import pypdfium2 as pdfium
from pypdfium2 import raw

WIDE = 600  # pixels of the longer side of the page that is drawn
FAINT = 32  # of 255 levels of grey: what differs less from all around it is read by nobody
SMALL = 1.0  # pixels; a letter of a line that fills its field has ten


def read(page: pdfium.PdfPage) -> str:
    """All letters that leave a trace where they stand; blanks are kept. Raises pypdfium2.PdfiumError."""
    text = page.get_textpage()
    try:
        said = [(chr(raw.FPDFText_GetUnicode(text, n)), _box(text, n)) for n in range(text.count_chars())]
    finally:
        text.close()
    if not any(letter.strip() for letter, _ in said):
        return ""
    left, bottom, right, top = page.get_mediabox()
    scale = WIDE / max(right - left, top - bottom, 1e-6)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        drawn, stride = bytes(bitmap.buffer), bitmap.stride
        size = bitmap.width, bitmap.height
    finally:
        bitmap.close()
    kept = []
    for letter, (x0, y0, x1, y1) in said:
        place = ((x0 - left) * scale, (top - y1) * scale, (x1 - left) * scale, (top - y0) * scale)
        if not letter.strip() or _is_inked(drawn, stride, size, place):
            kept.append(letter)
    return "".join(kept)


def _box(text: pdfium.PdfTextPage, number: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a letter, in the units of the page."""
    sides = [ctypes.c_double() for _ in range(4)]
    raw.FPDFText_GetCharBox(text, number, *(ctypes.byref(side) for side in sides))  # left, right, bottom, top
    left, right, bottom, top = (side.value for side in sides)
    return left, bottom, right, top


def _is_inked(
    drawn: bytes, stride: int, size: tuple[int, int], place: tuple[float, float, float, float]
) -> bool:
    x0, y0, x1, y1 = place
    if max(x1 - x0, y1 - y0) < SMALL:
        return False
    first, last = max(0, int(x0) - 1), min(size[0], int(x1) + 2)
    rows = range(max(0, int(y0) - 1), min(size[1], int(y1) + 2))
    found = (
        b"".join(drawn[row * stride + first : row * stride + last] for row in rows) if last > first else b""
    )
    return bool(found) and max(found) - min(found) >= FAINT
