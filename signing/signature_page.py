"""What people are shown of a file that was refused: the pages that changed since a signature
(side_by_side.py); or, where none did or nobody can tell, the page that the signature belongs to."""

import io
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from signing.comparison import structure
from signing.comparison.poppler import Poppler
from signing.comparison.renderers import Pdfium, Renderer
from signing.comparison.rendering import SECONDS, Comparison, Look, alike
from signing.comparison.structure import Mark, Permission, Side
from signing.pdf import document
from signing.pdf.document import Document
from signing.pdf.parsing import GIVES_UP, open_pdf
from signing.reports.notes import note
from signing.reports.report import Compared, Note
from signing.revisions import NO_VERSION, NoSignedVersion, signed_length, unsound
from signing.side_by_side import Box, ChangedPage, changed_pages, drawn, framed, in_text


@dataclass(frozen=True, slots=True)
class SignaturePage:
    """The page that a signature belongs to, as the file shows it now, in JPEG; None where it cannot be drawn.
    `page`: from 1; `area`: where the field stands, points from the top left corner, None where it shows
    nothing or that cannot be read: no page is known for such a signature, and the first one is shown.
    `compared`: how many pages look as in the signed version; None where there is no version to compare with.
    `note` says what this means."""

    page: int
    area: Box | None
    picture: bytes | None
    compared: int | None
    note: Note

    def to_json(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "area": list(self.area) if self.area else None,
            "picture": in_text(self.picture),
            "compared": self.compared,
            "code": self.note.code,
            "message": self.note.text.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """The pages that changed; or none, and the signature's own."""

    pages: list[ChangedPage] = field(default_factory=list)
    signature_page: SignaturePage | None = None

    def to_json(self) -> dict[str, Any]:
        own = self.signature_page
        return {
            "pages": [page.to_json() for page in self.pages],
            "signature_page": own.to_json() if own else None,
        }


def shown_pages(
    source: Path, name: str, places: Mapping[int, Sequence[Box]], compared: Compared | None = None
) -> Shown:
    """What to show for the signature in the field `name`; `places` as in `changed_pages`, `compared` as the
    report has it, which saves drawing all pages again. Raises NoSignedVersion where there is no such
    signature, or the file shows no pages that can be told."""
    try:
        pages = changed_pages(source, name, places)
    except NoSignedVersion as refused:
        if refused.code != NO_VERSION:
            raise
        return Shown(signature_page=_page(source.read_bytes(), name, None))
    return Shown(pages) if pages else _compared(source, name, compared)


def _compared(source: Path, name: str, known: Compared | None) -> Shown:
    """By its structure no page changed: whether none looks otherwise is seen by drawing them all, once."""
    present, length = source.read_bytes(), signed_length(source, name)
    if length == len(present):
        return Shown(signature_page=_page(present, name, None, whole=True))
    if known:
        return Shown(signature_page=_page(present, name, known))
    try:
        before, after = (document.read(open_pdf(io.BytesIO(data))) for data in (present[:length], present))
        old = {page.identity: page.number for page in before.pages}
        pairs = [(old[page.identity], page) for page in after.pages]
        with closing(Comparison(present)) as comparison:
            looks = comparison.looks(length, pairs, _marks(before, after, length))
    except GIVES_UP as error:
        raise unsound() from error
    if places := _differing(looks):
        return Shown(changed_pages(source, name, places))
    return Shown(signature_page=_page(present, name, alike(looks, len(after.pages))))


def _marks(before: Document, after: Document, length: int) -> list[Mark]:
    """Where later signatures show, by the rule that the verifier has for them."""
    found = structure.review(Side.of(before), Side.of(after), Permission(None, lambda _: False, length))
    return [mark for change in found if change.allowed for mark in change.marks]


def _differing(looks: Sequence[Look]) -> dict[int, list[Box]]:
    places: dict[int, list[Box]] = {page: [] for look in looks for page in look.undrawn}
    for area in (area for look in looks for area in (*look.differing, *look.covered)):
        places.setdefault(area.page, []).append(area.box)
    return places


def _page(present: bytes, name: str, seen: Compared | None, *, whole: bool = False) -> SignaturePage:
    try:
        shown = document.read(open_pdf(io.BytesIO(present)))
        number, area = _place(shown, name)
    except GIVES_UP as error:  # a renderer may draw it all the same, as people's viewers do
        picture = _picture(present, 1)
        if picture is None:
            raise unsound() from error
        return SignaturePage(1, None, picture, None, note("signature-page-unread"))
    picture = _picture(present, number)
    if whole:
        return SignaturePage(number, area, picture, None, note("nothing-added", page=number))
    if seen is None:
        code = "signature-page" if area else "signature-page-unseen"
        return SignaturePage(number, area, picture, None, note(code, page=number))
    by = ", ".join(seen.renderers) or "–"
    told = note("no-page-differs", same=seen.alike, pages=seen.pages, renderers=by)
    return SignaturePage(number, area, picture, seen.alike, told)


def _place(shown: Document, name: str) -> tuple[int, Box | None]:
    """The number of the page on which the field shows something, and where; else the first page."""
    numbers = shown.places()
    for one in shown.fields.values():
        for identity, widget in one.widgets if one.name == name and one.is_signed else ():
            number = numbers.get(identity) if identity else None
            box = document.rectangle(document.value_of(widget, "/Rect"))
            if number and box[0] < box[2] and box[1] < box[3]:
                return number, shown.pages[number - 1].geometry().shown(box)
    return 1, None


def _picture(present: bytes, number: int) -> bytes | None:
    until = time.monotonic() + SECONDS
    renderers: list[Renderer] = [Pdfium(present), Poppler(present, lambda: until - time.monotonic())]
    picture = None
    for renderer in renderers:
        with closing(renderer):
            if picture is None and renderer.installed():
                picture = framed(drawn(renderer, len(present), number), (), 1.0)
    return picture
