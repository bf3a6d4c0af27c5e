"""Tells a picture of a PDF that its page does not show as a whole: then the page is drawn to be seen."""

import ctypes
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

CUT = 1.0  # points by which a path may cut a picture that it leaves whole: programs round
MASKS = ("/SMask", "/Mask", "/SMaskInData")


def masked(page: pikepdf.Page, resources: pikepdf.Object) -> bool:
    """Whether a picture that a page draws lets through what is under it (ISO 32000-1, 8.9.6 and 11.6.5.3).

    PDFium gives its dots without the mask: where the mask has the letters, they would all be gone. The
    pages of a file may share all their resources, so that a page has pictures that only others draw.
    """
    held = [(name, one) for name, one in resources.get("/XObject", {}).items()]
    streams = [(name, one) for name, one in held if isinstance(one, pikepdf.Stream)]
    found = [
        name
        for name, one in streams
        if one.get("/Subtype") == pikepdf.Name.Image and any(one.get(key, 0) != 0 for key in MASKS)
    ]
    return bool(found) and (_through_form(streams) or _names_any(page, found))


def _through_form(streams: list[tuple[str, pikepdf.Stream]]) -> bool:
    """Whether a form takes its pictures from the page, as those of PDF 1.1 do (8.10.1)."""
    forms = [one for _, one in streams if one.get("/Subtype") == pikepdf.Name.Form]
    return any("/Resources" not in form for form in forms)


def _names_any(page: pikepdf.Page, names: list[str]) -> bool:
    """Whether what draws the page may name one of them. A name may be written with codes for its letters."""
    drawn = page.obj.get("/Contents")
    parts = list(drawn) if isinstance(drawn, pikepdf.Array) else [drawn]
    try:
        written = b" ".join(part.read_bytes() for part in parts if isinstance(part, pikepdf.Stream))
    except (pikepdf.PdfError, RuntimeError):
        return True  # damaged: nobody knows
    return b"#" in written or any(name.encode() in written for name in names)


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
