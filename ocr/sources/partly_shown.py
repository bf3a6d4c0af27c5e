"""Tells a picture of a PDF that its page does not show as a whole: then the page is drawn to be seen."""

import ctypes
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

CUT = 1.0  # points by which a path may cut a picture that it leaves whole: programs round
MASKS = ("/SMask", "/Mask", "/SMaskInData")


def masked(resources: pikepdf.Object) -> bool:
    """Whether a picture of a page lets through what is under it (ISO 32000-1, 8.9.6 and 11.6.5.3).

    PDFium gives its dots without the mask: where the mask has the letters, they would all be gone.
    """
    drawn = [held for _, held in resources.get("/XObject", {}).items() if isinstance(held, pikepdf.Stream)]
    pictures = [held for held in drawn if held.get("/Subtype") == pikepdf.Name.Image]
    return any(held.get(key, 0) != 0 for held in pictures for key in MASKS)


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
