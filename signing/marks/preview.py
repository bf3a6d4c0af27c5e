"""How a document will look with its mark, shown before anything is signed: what the signer sees is signed."""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from signing import refusals
from signing.marks import visible
from signing.marks.appearance import Appearance, MarkImpossible
from signing.pdf.parsing import PARSE_ERRORS, Unreadable, open_pdf, problem_of
from signing.refusals import SigningRefused

PAGE_PIXELS = 1600  # of the longer side: small print can be read
MARK_DPI = 200
QUALITY = 85  # JPEG


@dataclass(frozen=True, slots=True)
class Preview:
    """The page of a mark and its place, in millimetres from the top left corner of the page as it is read;
    `picture` is a PNG of the mark. Without room there is neither, but a `problem`, and in `free` a page with
    room, where there is one. `seal`: box and picture of the agency's seal that will lie over the mark."""

    page: int
    pages: int
    size: tuple[float, float]
    box: tuple[float, ...] | None
    picture: bytes | None
    problem: MarkImpossible | None
    free: int | None
    seal: tuple[tuple[float, ...], bytes] | None = None

    def to_json(self) -> dict[str, Any]:
        problem = self.problem
        return {
            "page": self.page,
            "pages": self.pages,
            "size": list(self.size),
            "box": list(self.box) if self.box else None,
            "picture": self.picture.hex() if self.picture else None,
            "problem": {"code": problem.code, "vi": problem.vi, "en": problem.en} if problem else None,
            "free": self.free,
            "seal": {"box": list(self.seal[0]), "picture": self.seal[1].hex()} if self.seal else None,
        }


def preview(source: Path, appearance: Appearance, now: datetime, seal: Appearance | None = None) -> Preview:
    """Where the mark would stand, were the document signed now, and over it the image of a `seal`. Raises
    SigningRefused for what another place does not mend."""
    try:
        with source.open("rb") as stream:
            reader = open_pdf(stream)
            if reader.encrypted:
                raise refusals.restricted()
            seen = visible.sight(reader, source, appearance, now, seal)
    except MarkImpossible as error:
        raise SigningRefused(error.code, error.vi, error.en) from error
    except Unreadable as error:
        raise refusals.unreadable(error.code) from error
    except PARSE_ERRORS as error:
        raise refusals.damaged() from error
    picture = _drawn(seen.stamp) if seen.stamp else None
    over = (seen.seal[0], _drawn(seen.seal[1])) if seen.seal else None
    return Preview(seen.page, seen.pages, seen.size, seen.box, picture, seen.problem, seen.free, over)


def draw_page(source: Path, number: int, target: Path) -> None:
    """Write page `number` of the document, as it is to be signed, as JPEG. Raises SigningRefused."""
    try:
        opened = pdfium.PdfDocument(source)
        opened.init_forms()
    except (pdfium.PdfiumError, RuntimeError) as error:
        raise refusals.unreadable(problem_of(source) or "damaged") from error
    try:
        if not 1 <= number <= len(opened):
            raise refusals.no_such_page(number, len(opened))
        page = opened[number - 1]
        scale = PAGE_PIXELS / max(page.get_size())
        page.render(scale=scale).to_pil().convert("RGB").save(target, "JPEG", quality=QUALITY)
    except (pdfium.PdfiumError, RuntimeError, ValueError, ZeroDivisionError) as error:
        raise refusals.unreadable(problem_of(source) or "damaged") from error
    finally:
        opened.close()


def _drawn(stamp: bytes) -> bytes:
    """The mark on nothing, so that the page shows through."""
    opened = pdfium.PdfDocument(stamp)
    try:
        drawn = opened[0].render(scale=MARK_DPI / 72, fill_color=(255, 255, 255, 0), rev_byteorder=True)
        drawn.to_pil().save(made := io.BytesIO(), "PNG")
    finally:
        opened.close()
    return made.getvalue()
