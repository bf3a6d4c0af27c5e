"""Tells a picture of a PDF that its page does not show as a whole: then the page is drawn to be seen."""

import ctypes
import re
from collections.abc import Iterable, Iterator

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

CUT = 1.0  # points by which a path may cut a picture that it leaves whole: programs round
MASKS = ("/SMask", "/Mask", "/SMaskInData")
NAME = re.compile(rb"/([^\0\t\n\f\r /<>\[\](){}%]+)")  # up to a space or delimiter (ISO 32000-1, 7.2.2)


def drawn(page: pikepdf.Page, resources: pikepdf.Object) -> list[pikepdf.Stream]:
    """The pictures and forms of its resources that a page may draw.

    The pages of a file may share all their resources, so that a page has pictures that only others draw.
    """
    listed = resources.get("/XObject", {}).items()
    held = {name[1:].encode(): one for name, one in listed if isinstance(one, pikepdf.Stream)}
    named = None if _through_form(held.values()) else _named(page, set(held))
    return [one for name, one in held.items() if named is None or name in named]


def masked(shown: Iterable[pikepdf.Stream]) -> bool:
    """Whether a picture among them lets through what is under it (ISO 32000-1, 8.9.6 and 11.6.5.3).

    PDFium gives its dots without the mask: where the mask has the letters, they would all be gone.
    """
    return any(
        one.get("/Subtype") == pikepdf.Name.Image and any(one.get(key, 0) != 0 for key in MASKS)
        for one in shown
    )


def _through_form(streams: Iterable[pikepdf.Stream]) -> bool:
    """Whether a form takes its pictures from the page, as those of PDF 1.1 do (8.10.1)."""
    return any(one.get("/Subtype") == pikepdf.Name.Form and "/Resources" not in one for one in streams)


def _named(page: pikepdf.Page, names: set[bytes]) -> set[bytes] | None:
    """Which of the names stand in what draws the page; None where that is not known: a name may be written
    with codes for its letters."""
    drawing = page.obj.get("/Contents")
    parts = list(drawing) if isinstance(drawing, pikepdf.Array) else [drawing]
    try:
        written = b" ".join(part.read_bytes() for part in parts if isinstance(part, pikepdf.Stream))
    except (pikepdf.PdfError, RuntimeError):
        return None  # damaged: nobody knows
    return None if b"#" in written else names & {found[1] for found in NAME.finditer(written)}


def by_drawing(image: pypdfium2.PdfImage, page: tuple[float, ...]) -> bool:
    """Whether it is drawn so that it lets something through, or a path hides some of it on the page (left,
    bottom, right, top in points)."""
    return bool(pdfium.FPDFPageObj_HasTransparency(image)) or _clipped(image, page)


def _clipped(image: pypdfium2.PdfImage, page: tuple[float, ...]) -> bool:
    """Whether a path hides some of the picture where it lies on the page."""
    bounds = image.get_bounds()
    seen = [*map(max, bounds[:2], page[:2]), *map(min, bounds[2:], page[2:])]
    clip = pdfium.FPDFPageObj_GetClipPath(image)
    for index in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        points = [*_points(clip, index)]
        across, down = ([point[axis] for point in points] for axis in (0, 1))
        box = len(set(points)) == 4 and len(set(across)) == len(set(down)) == 2
        if not box or min(across) > seen[0] + CUT or min(down) > seen[1] + CUT:
            return True
        if max(across) < seen[2] - CUT or max(down) < seen[3] - CUT:
            return True
    return False


def _points(clip: object, index: int) -> Iterator[tuple[float, float]]:
    """The corners of a path, to a hundredth of a point."""
    for number in range(pdfium.FPDFClipPath_CountPathSegments(clip, index)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, index, number)
        x, y = ctypes.c_float(), ctypes.c_float()
        if pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            yield round(x.value, 2), round(y.value, 2)
