"""Pictures of what changed after a signature: each changed page as it was signed and as the file shows it
now, the changed places framed. They are for people; the verdict is that of rendering.py, without them."""

import base64
import io
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from signing.comparison.poppler import Poppler
from signing.comparison.renderers import COLOURS, NotDrawn, Pdfium, Picture, Renderer
from signing.comparison.rendering import SECONDS
from signing.pdf import document
from signing.pdf.document import Document, Page
from signing.pdf.parsing import GIVES_UP, open_pdf
from signing.revisions import signed_length, unsound

MOST_PAGES = 8  # of one answer, about 2 MB of pictures
QUALITY = 80  # JPEG, at about 85 dpi: to be read, not to be kept
FRAME = (200, 30, 20)
FRAME_WIDTH = 4  # pixels, as is the room that the frame leaves around the place

Box = Sequence[float]


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """One page in both versions, as JPEG; None where a version does not have the page, or cannot be drawn.
    `page` and `signed_page` are its numbers, from 1, in the file and in the version that was signed; `areas`
    are the changed places that are framed in both, in points from the top left corner."""

    page: int | None
    signed_page: int | None
    before: bytes | None
    after: bytes | None
    renderer: str
    areas: Sequence[Box] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "signed_page": self.signed_page,
            "before": in_text(self.before),
            "after": in_text(self.after),
            "renderer": self.renderer,
            "areas": [list(box) for box in self.areas],
        }


def changed_pages(source: Path, field: str, places: Mapping[int, Sequence[Box]]) -> list[ChangedPage]:
    """The pages of `places` (numbers in the file, each with its changed places as in `report.Area`), and
    those that were added or removed, at most MOST_PAGES. Raises revisions.NoSignedVersion."""
    present = source.read_bytes()
    signed = present[: signed_length(source, field)]
    try:
        return _changed_pages(signed, present, places)
    except GIVES_UP as error:
        raise unsound() from error


def _changed_pages(signed: bytes, present: bytes, places: Mapping[int, Sequence[Box]]) -> list[ChangedPage]:
    before, after = (document.read(open_pdf(io.BytesIO(data))) for data in (signed, present))
    until = time.monotonic() + SECONDS
    both: tuple[Renderer, ...] = Pdfium(present), Poppler(present, lambda: until - time.monotonic())
    with ExitStack() as ending:
        for renderer in both:
            ending.callback(renderer.close)
        renderers = [renderer for renderer in both if renderer.installed()]
        pairs = list(_pairs(before, after, places))[:MOST_PAGES]
        return [_pictured(renderers, (len(signed), len(present)), pair, places) for pair in pairs]


def _pairs(
    before: Document, after: Document, places: Mapping[int, Sequence[Box]]
) -> Iterator[tuple[Page | None, Page | None]]:
    """Each changed page with the one that it was."""
    then = {page.identity: page for page in before.pages}
    now = {page.identity for page in after.pages}
    for page in after.pages:
        if page.number in places or page.identity not in then:
            yield then.get(page.identity), page
    for page in before.pages:
        if page.identity not in now:
            yield page, None


def _pictured(
    renderers: Sequence[Renderer],
    versions: tuple[int, int],
    pair: tuple[Page | None, Page | None],
    places: Mapping[int, Sequence[Box]],
) -> ChangedPage:
    """As the first renderer shows it that sees a difference: some changes show in only one."""
    then, now = pair
    for renderer in renderers:
        before = drawn(renderer, versions[0], then.number if then else None)
        after = drawn(renderer, versions[1], now.number if now else None)
        if before is None or after is None or not np.array_equal(before, after):
            break
    boxes = places.get(now.number, ()) if now else ()
    page = now or then
    width = page.geometry().size[0] if page else 1.0
    return ChangedPage(
        now.number if now else None,
        then.number if then else None,
        framed(before, boxes, width),
        framed(after, boxes, width),
        renderer.name,
        boxes,
    )


def drawn(renderer: Renderer, length: int, page: int | None) -> Picture | None:
    """The page (from 1) of the version of this length, or None where there is no picture of it."""
    if page is None:
        return None
    try:
        return renderer.draw(length, page)
    except NotDrawn:
        return None


def framed(picture: Picture | None, boxes: Sequence[Box], width: float) -> bytes | None:
    """As JPEG, with frames around the boxes; these and the width of the page are in points."""
    if picture is None:
        return None
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, COLOURS - 1 :: -1]))  # red, green, blue
    drawing, scale = ImageDraw.Draw(image), image.width / width
    for box in boxes:
        x0, y0, x1, y1 = (value * scale for value in box)
        edge = FRAME_WIDTH * 2
        drawing.rectangle((x0 - edge, y0 - edge, x1 + edge, y1 + edge), outline=FRAME, width=FRAME_WIDTH)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def in_text(picture: bytes | None) -> str | None:
    """In base64, as JSON and pages carry it."""
    return base64.b64encode(picture).decode() if picture else None
