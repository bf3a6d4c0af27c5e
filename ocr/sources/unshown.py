"""What a PDF holds and its pages do not show, so that nobody takes the pages for all of it."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import pikepdf

from ocr.recognition import Notice

Rectangle = tuple[float, float, float, float]  #: left, bottom, right, top in points
MOST_NAMES = 5  # told of what is left out
MOST = 10_000  # attached files, or annotations of a page, that are looked at
NAME_LENGTH = 80
CORNERS = 4  # numbers of a rectangle
DEEPEST = 32  # of a field within others
UNSEEN = 1 << 1 | 1 << 5  # ISO 32000-1, table 165: Hidden, NoView
#: Of the fonts that every viewer has (ISO 32000-1, annex D): PDFium draws a value without an appearance in
#: one of them and leaves out the letters that it lacks, most of those of Vietnamese.
DRAWN = "cp1252"
XFA = Notice(
    "xfa-form",
    "Đây là biểu mẫu động (XFA): nội dung thật không nằm trên các trang đã đọc, nên chưa đọc được. Hãy mở "
    "bằng Adobe Reader, in ra PDF rồi gửi lại.",
    "This is a dynamic form (XFA): what it says is not on the pages that were read, and was not read. Open "
    "it in Adobe Reader, print it to PDF and send that.",
)


def notices(pdf: pikepdf.Pdf) -> tuple[Notice, ...]:
    """What a person should know of content that no page shows. Raises what pikepdf does on damaged files."""
    found = []
    if _is_dynamic(pdf.Root):
        found.append(XFA)
    if names := list(_attached(pdf)):
        found.append(_attachments(names))
    if values := list(dict.fromkeys(_not_drawn(pdf))):
        found.append(_letters(values))
    return tuple(found)


def _is_dynamic(root: pikepdf.Object) -> bool:
    """XFA 3.3: a viewer is to lay out the form itself, as its pages say no more than that one should."""
    form = root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary) or "/XFA" not in form:
        return False
    return bool(root.get("/NeedsRendering", False)) or not len(form.get("/Fields", []))


def _attached(pdf: pikepdf.Pdf) -> Iterator[str]:
    for name, held in islice(pdf.attachments.items(), MOST):
        yield held.filename or name


def _attachments(names: list[str]) -> Notice:
    named = _listed(names)
    return Notice(
        "attachments",
        f"Tệp PDF này có {len(names)} tệp đính kèm, chưa được đọc: {named}. Nếu cần, hãy mở tệp, lưu tệp "
        "đính kèm ra rồi gửi riêng.",
        f"Files attached to this PDF, {len(names)}, were not read: {named}. If they are needed, open it, "
        "save them and send them by themselves.",
    )


def _not_drawn(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Values of form fields and remarks that have no appearance, and letters that no standard font has."""
    return (value for page in pdf.pages for value, _ in _values(page))


def places_not_drawn(page: pikepdf.Page) -> tuple[Rectangle, ...]:
    """Where they stand on a page: what is drawn there lacks letters."""
    return tuple(rectangle for _, rectangle in _values(page) if rectangle is not None)


def _values(page: pikepdf.Page) -> Iterator[tuple[str, Rectangle | None]]:
    for held in islice(page.obj.get("/Annots", []), MOST):
        if not isinstance(held, pikepdf.Dictionary) or "/AP" in held:
            continue
        if int(held.get("/F", 0)) & UNSEEN:
            continue
        if held.get("/Subtype") == pikepdf.Name.FreeText:
            value = held.get("/Contents")
        elif held.get("/Subtype") == pikepdf.Name.Widget:
            value = _inherited(held, "/V")
        else:
            continue
        if isinstance(value, pikepdf.String) and not _drawn(str(value)):
            yield str(value), _rectangle(held.get("/Rect"))


def _rectangle(held: pikepdf.Object | None) -> Rectangle | None:
    if not isinstance(held, pikepdf.Array) or len(held) != CORNERS:
        return None
    x0, y0, x1, y1 = (float(number) for number in held)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _inherited(field: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """Of a field or what it is a part of (ISO 32000-1, 12.7.3)."""
    held: pikepdf.Object | None = field
    for _ in range(DEEPEST):
        if not isinstance(held, pikepdf.Dictionary):
            return None
        if key in held:
            return held[key]
        held = held.get("/Parent")
    return None


def _drawn(value: str) -> bool:
    with suppress(UnicodeEncodeError):
        value.encode(DRAWN)
        return True
    return False


def _letters(values: list[str]) -> Notice:
    named = _listed(values)
    return Notice(
        "letters-not-drawn",
        "Biểu mẫu có giá trị mà tệp không kèm cách hiển thị, nên trên trang bị mất chữ có dấu. Giá trị ghi "
        f"trong tệp: {named}. Hãy đối chiếu, hoặc in biểu mẫu ra PDF rồi gửi lại.",
        "The form has values for which the file holds no appearance, so letters are missing on the page. "
        f"The file says: {named}. Compare them, or print the form to PDF and send that.",
    )


def _listed(names: list[str]) -> str:
    shown = [
        " ".join("".join(c if c.isprintable() else " " for c in one).split()) for one in names[:MOST_NAMES]
    ]
    more = ", …" if len(names) > MOST_NAMES else ""
    return ", ".join(f"“{one[:NAME_LENGTH]}”" for one in shown) + more
